using Sira.Requests;

namespace Sira.Gateway.Configuration.Policies;

/// <summary>How requests are routed that meet some conditions. Every rule that matches applies, in the order of the list.</summary>
public sealed record RouteRule
{
    /// <summary>Gets the conditions, all of which must hold: <c>tenant</c>, <c>team</c>, <c>user</c>, <c>key</c>, <c>model</c>, <c>tag:name</c>, <c>header:name</c>, <c>feature</c>, <c>feature:name</c> or <c>input-tokens</c>, each with the values that meet it.</summary>
    /// <remarks>Text is met by an exact value, by any (<c>*</c>), by a prefix (<c>eu-*</c>) or by one of a comma-separated list of these; tokens by <c>&gt;8000</c>, <c>&lt;=500</c>, <c>1000..8000</c> and the like.</remarks>
    public IDictionary<string, string> When { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets what holds for the requests that match.</summary>
    public RoutingOptions Routing { get; init; } = new();
}
