using System.Globalization;

namespace Sira.Gateway.Strategies;

/// <summary>Ranks streams by the moving average of the time to the first token, and unary calls by the whole time that an answer of the likely length takes.</summary>
/// <remarks>
/// <para>For streams raw time and never time per token, which would favour the deployment that talks most (litellm PR#40202); the time per token counts only where a whole answer is waited for.</para>
/// <para>Averages within a tenth of each other count as equal, so that noise does not send everything to one target.</para>
/// <para>A target without an average is tried at once, but by one call at a time: a cold target gets samples, not a stampede. One that has not answered for a minute, slow as it was, gets one call in a hundred, and one at a time too, so that its recovery is noticed.</para>
/// </remarks>
internal sealed class LowestLatencyStrategy : IRoutingStrategy
{
    private const double Step = 1.1;
    private const double Exploration = 0.01;
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    public string Name => RoutingStrategies.LowestLatency;

    public double Score(in StrategyContext candidate)
    {
        var (statistics, streaming) = (candidate.Target.Statistics, candidate.Streaming);
        var isFree = statistics.InFlightOf(streaming) <= 0;
        if (isFree && statistics.AgeOf(streaming) > Stale && candidate.Random.NextDouble() < Exploration)
        {
            return 0;
        }

        var milliseconds = streaming
            ? statistics.FirstToken?.TotalMilliseconds
            : statistics.ExpectMilliseconds(Math.Min(candidate.MaxOutputTokens ?? long.MaxValue, candidate.LikelyOutputTokens));
        return milliseconds is { } expected ? Math.Pow(Step, Math.Round(Math.Log(Math.Max(1, expected), Step)))
            : isFree ? 0
            : double.MaxValue;
    }

    public string Describe(double score) => score switch
    {
        0 => "latency not measured yet or not lately, so it is tried",
        double.MaxValue => "latency being measured by another call",
        _ => string.Create(CultureInfo.InvariantCulture, $"latency about {score:0} ms"),
    };
}
