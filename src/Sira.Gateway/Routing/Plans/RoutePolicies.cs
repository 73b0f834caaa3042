using Sira.Gateway.Selection.Rules;
using Sira.Gateway.Selection.Splits;

namespace Sira.Gateway.Routing.Plans;

/// <summary>What a route has to say about its targets beyond strategy and balancer, looked up.</summary>
/// <param name="Layer">The route's own routing options, if any is set.</param>
/// <param name="Rules">The rules.</param>
/// <param name="Split">The traffic split, if there is one.</param>
internal sealed record RoutePolicies(RoutingLayer? Layer, CompiledRule[] Rules, TrafficSplit? Split)
{
    /// <summary>None.</summary>
    public static RoutePolicies None { get; } = new(null, [], null);
}
