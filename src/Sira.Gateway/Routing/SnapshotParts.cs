using Sira.Backends;
using Sira.Gateway.Routing.Plans;
using Sira.Gateway.Strategies;
using Sira.Kernel.Balancing;
using Sira.Kernel.Contributions;

namespace Sira.Gateway.Routing;

/// <summary>What a snapshot is put together from, and what names in it may mean: backends, strategies, balancers.</summary>
/// <param name="backends">The backends.</param>
/// <param name="contributions">What host and plugins contribute.</param>
internal sealed class SnapshotParts(IReadOnlyList<IBackend> backends, ContributionSnapshot contributions)
{
    public IReadOnlyList<IBackend> Backends => backends;

    public RoutingStrategyRegistry Strategies { get; } = RoutingStrategyRegistry.Of(contributions);

    public LoadBalancerRegistry Balancers { get; } = LoadBalancerRegistry.Of(contributions);

    public RoutingLayerFactory Layers => field ??= new RoutingLayerFactory(this);
}
