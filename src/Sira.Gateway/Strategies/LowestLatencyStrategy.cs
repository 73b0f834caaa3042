using System.Globalization;

namespace Sira.Gateway.Strategies;

/// <summary>Ranks by the moving average of raw time: to the first token for streams, to the whole answer for unary calls.</summary>
/// <remarks>
/// Raw time and never time per token, which would favour the deployment that talks most (litellm PR#40202).
/// Averages within a tenth of each other count as equal, so that noise does not send everything to one target.
/// A target without an average is tried at once, but by one call at a time: a cold target gets samples, not a stampede.
/// </remarks>
internal sealed class LowestLatencyStrategy : IRoutingStrategy
{
    private const double Step = 1.1;

    public string Name => RoutingStrategies.LowestLatency;

    public double Score(in StrategyContext candidate)
    {
        var load = candidate.Target.Endpoint.Load;
        if (load.Latency is not { } latency)
        {
            return load.InFlight == 0 ? 0 : double.MaxValue;
        }

        return Math.Pow(Step, Math.Round(Math.Log(Math.Max(1, latency.TotalMilliseconds), Step)));
    }

    public string Describe(double score) => score switch
    {
        0 => "latency not measured yet, so it is tried",
        double.MaxValue => "latency being measured by another call",
        _ => string.Create(CultureInfo.InvariantCulture, $"latency about {score:0} ms"),
    };
}
