using Microsoft.Extensions.AI;

namespace Sira.Requests;

/// <summary>How requests are routed beyond the list of targets: for one request (<see cref="SiraChatOptions.Routing"/>), for a whole route, for those that a rule matches, or for one arm of a traffic split. What is unset changes nothing.</summary>
/// <remarks>
/// Where several apply, restrictions add up, so that a request cannot lift what its route forbids: every <see cref="Only"/> and <see cref="RequiredTags"/> must be met, every <see cref="Ignore"/> holds, the lowest prices count,
/// and <see cref="AllowFallbacks"/> must be allowed by all. Of <see cref="Strategy"/>, <see cref="Balancer"/>, <see cref="Prefer"/>, <see cref="StreamRecovery"/> and the rest the most specific one holds: request, arm, rule, route.
/// Targets are named <c>backend/model</c>, <c>backend</c> (all its models) or by the bare model id.
/// </remarks>
public sealed record RoutingOptions
{
    /// <summary>The key in <see cref="ChatOptions.AdditionalProperties"/> under which plain options carry them.</summary>
    public const string PropertyName = "sira.routing";

    /// <summary>Gets the name of the strategy that ranks the targets.</summary>
    public string? Strategy { get; init; }

    /// <summary>Gets the name of the balancer among equals.</summary>
    public string? Balancer { get; init; }

    /// <summary>Gets the targets that may be used; all others are dropped.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    /// <summary>Gets the targets that may not be used.</summary>
    public IReadOnlyList<string>? Ignore { get; init; }

    /// <summary>Gets the targets that are tried first, in this order, whatever the strategy says of them.</summary>
    public IReadOnlyList<string>? Prefer { get; init; }

    /// <summary>Gets the highest price of input in US dollars per million tokens. A target whose price is unknown is dropped.</summary>
    public decimal? MaxInputPrice { get; init; }

    /// <summary>Gets the highest price of output in US dollars per million tokens. A target whose price is unknown is dropped.</summary>
    public decimal? MaxOutputPrice { get; init; }

    /// <summary>Gets the tags that a target's backend must have, such as <c>region</c> = <c>eu</c> or <c>data</c> = <c>no-training</c>; case of values is ignored.</summary>
    public IReadOnlyDictionary<string, string>? RequiredTags { get; init; }

    /// <summary>Gets whether every option must be taken by the target (<see langword="true"/>) or those that only tune may be left out (<see langword="false"/>).</summary>
    public bool? RequireParameters { get; init; }

    /// <summary>Gets whether the route's fallbacks may be used.</summary>
    public bool? AllowFallbacks { get; init; }

    /// <summary>Gets whether a slow call may be hedged: sent to a second target as well.</summary>
    public bool? Hedge { get; init; }

    /// <summary>Gets what is done, in this order, when a stream breaks after part of it was delivered; empty for nothing but the error.</summary>
    public IReadOnlyList<StreamRecovery>? StreamRecovery { get; init; }

    /// <summary>Finds the routing that options ask for.</summary>
    /// <param name="options">The options of the call.</param>
    /// <returns>The routing, or <see langword="null"/> when they ask for none.</returns>
    public static RoutingOptions? Find(ChatOptions? options) =>
        options is SiraChatOptions { Routing: { } routing } ? routing : FindIn(options?.AdditionalProperties);

    /// <summary>Finds the routing that the options of an embedding call ask for. There is no subclass of them: it travels in their properties, under <see cref="PropertyName"/>.</summary>
    /// <param name="options">The options of the call.</param>
    /// <returns>The routing, or <see langword="null"/> when they ask for none.</returns>
    public static RoutingOptions? Find(EmbeddingGenerationOptions? options) => FindIn(options?.AdditionalProperties);

    private static RoutingOptions? FindIn(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(PropertyName, out var value) ? value as RoutingOptions : null;
}
