using System.Globalization;

namespace Sira.Gateway.Strategies;

/// <summary>Ranks at random so that the first place falls to each candidate in proportion to its weight.</summary>
/// <remarks>Exponential keys after Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006): the least of <c>-ln(u)/w</c> is a weighted draw, and the rest of the order is a draw without replacement.</remarks>
internal sealed class WeightedStrategy : IRoutingStrategy
{
    public string Name => RoutingStrategies.Weighted;

    public double Score(in StrategyContext candidate)
    {
        var weight = candidate.Target.Endpoint.Weight * candidate.Target.Endpoint.Breaker.HealthFactor;
        return weight > 0 ? -Math.Log(1 - candidate.Random.NextDouble()) / weight : double.PositiveInfinity;
    }

    public string Describe(double score) => string.Create(CultureInfo.InvariantCulture, $"weighted draw {score:0.###}");
}
