using System.Globalization;

namespace Sira.Gateway.Strategies;

/// <summary>Ranks by the estimated tokens of the calls under way, relative to weight times health. Calls count by their size: one long document keeps a target busier than ten greetings.</summary>
internal sealed class LeastBusyStrategy : IRoutingStrategy
{
    public string Name => RoutingStrategies.LeastBusy;

    public double Score(in StrategyContext candidate)
    {
        var endpoint = candidate.Target.Endpoint;
        var tokens = candidate.Target.Statistics.TokensInFlight;
        return tokens <= 0 ? 0 : tokens / (endpoint.Weight * endpoint.Breaker.HealthFactor);
    }

    public string Describe(double score) => score == 0
        ? "idle"
        : string.Create(CultureInfo.InvariantCulture, $"about {score:0} tokens per weight under way");
}
