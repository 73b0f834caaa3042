using Sira.Requests;

namespace Sira.Gateway.Configuration.Policies;

/// <summary>A share of a route's requests that is routed in its own way: a canary, or a side of an A/B test.</summary>
public sealed record TrafficArm
{
    /// <summary>Gets the name, which decisions and metrics carry as the variant. <c>control</c> is the rest's.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Gets the share in percent, from 0 to 100.</summary>
    public double Percent { get; init; }

    /// <summary>Gets how the arm's requests are routed. Targets that only <see cref="RoutingOptions.Prefer"/> or <see cref="RoutingOptions.Only"/> of an arm name are the arm's own: no other request reaches them.</summary>
    public RoutingOptions Routing { get; init; } = new();
}
