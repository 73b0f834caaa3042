using System.Globalization;

namespace Sira.Gateway.Strategies;

/// <summary>Ranks by the order in which the route lists its models.</summary>
internal sealed class OrderedStrategy : IModelStrategy
{
    public string Name => RoutingStrategies.Ordered;

    public double Score(in StrategyContext candidate) => candidate.Target.Position;

    public string Describe(double score) => string.Create(CultureInfo.InvariantCulture, $"model number {score + 1:0} of the route");
}
