using System.Globalization;

namespace Sira.Gateway.Strategies;

/// <summary>Ranks by what is left of the provider's rate limits. Unknown counts as half: neither shunned, which would leave it unknown for ever, nor preferred to one that is known to be nearly idle.</summary>
/// <remarks>In twentieths: numbers as of the last answers are not more exact, and the balancer spreads the calls among those that are alike instead of sending each burst to one.</remarks>
internal sealed class MostHeadroomStrategy : IRoutingStrategy
{
    private const double Steps = 20;
    private const double Unknown = 0.5;

    public string Name => RoutingStrategies.MostHeadroom;

    public double Score(in StrategyContext candidate) => 1 - (Math.Round((candidate.Target.Headroom ?? Unknown) * Steps) / Steps);

    public string Describe(double score) =>
        string.Create(CultureInfo.InvariantCulture, $"about {(1 - score) * 100:0} % of its rate limits left{(score == 1 - Unknown ? ", or unknown" : string.Empty)}");
}
