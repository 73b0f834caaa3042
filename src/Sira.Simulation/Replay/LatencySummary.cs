namespace Sira.Simulation.Replay;

/// <summary>The middle and the tail of some latencies, by nearest rank.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="P50">Half are at most this.</param>
/// <param name="P95">95 in 100 are at most this.</param>
/// <param name="P99">99 in 100 are at most this.</param>
public sealed record LatencySummary(int Count, TimeSpan P50, TimeSpan P95, TimeSpan P99)
{
    internal static LatencySummary Of(List<TimeSpan> samples)
    {
        samples.Sort();
        return new LatencySummary(samples.Count, Rank(0.5), Rank(0.95), Rank(0.99));

        TimeSpan Rank(double share) => samples.Count == 0 ? TimeSpan.Zero : samples[Math.Max(0, (int)Math.Ceiling(share * samples.Count) - 1)];
    }
}
