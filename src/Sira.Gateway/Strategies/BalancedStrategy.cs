using Sira.Kernel.Balancing;

namespace Sira.Gateway.Strategies;

/// <summary>Ranks all alike, so that a balancer picks among all of the route's own targets.</summary>
/// <param name="balancer">The balancer, where the strategy was asked for by its name; <see langword="null"/> for the route's.</param>
internal sealed class BalancedStrategy(ILoadBalancer? balancer) : IModelStrategy
{
    public ILoadBalancer? Balancer => balancer;

    public string Name => balancer?.Name ?? RoutingStrategies.Balanced;

    public double Score(in StrategyContext candidate) => 0;

    public string Describe(double score) => "equal to the others, so a balancer picks";
}
