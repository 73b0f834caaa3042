using System.Numerics;

namespace Sira.Gateway.Targets;

/// <summary>Remembers how long calls took, well enough for a quantile: within an eighth, over the last thousand or so.</summary>
/// <remarks>
/// Counts in buckets whose widths grow with the time, eight to each doubling, as HdrHistogram does (Tene 2012). When a thousand have been counted, all counts are halved, so that what is older weighs less.
/// Thread-safe and lock-free; a sample that comes while counts are being halved may be lost.
/// </remarks>
internal sealed class LatencyHistogram
{
    /// <summary>With fewer samples than this no quantile is worth its name.</summary>
    public const int MinimumSamples = 20;

    private const int HalveAt = 1000;
    private const int StepsPerDoubling = 8;

    // From a tenth of a millisecond to about two hours.
    private const int Buckets = 26 * StepsPerDoubling;
    private const long TicksPerUnit = TimeSpan.TicksPerMillisecond / 10;

    private readonly int[] counts = new int[Buckets];
    private int total;
    private int isHalving;

    public void Record(TimeSpan time)
    {
        Interlocked.Increment(ref counts[BucketOf(time)]);
        if (Interlocked.Increment(ref total) >= HalveAt && Interlocked.Exchange(ref isHalving, 1) == 0)
        {
            Halve();
            Volatile.Write(ref isHalving, 0);
        }
    }

    /// <summary>Returns the time that the share of the calls did not exceed; <see langword="null"/> with too few samples.</summary>
    /// <param name="share">From 0 to 1.</param>
    public TimeSpan? Quantile(double share)
    {
        var all = Volatile.Read(ref total);
        if (all < MinimumSamples)
        {
            return null;
        }

        var rank = (long)Math.Ceiling(share * all);
        for (var i = 0; i < Buckets; i++)
        {
            rank -= Volatile.Read(ref counts[i]);
            if (rank <= 0)
            {
                return UpperBoundOf(i);
            }
        }

        return UpperBoundOf(Buckets - 1);
    }

    private static int BucketOf(TimeSpan time)
    {
        var units = Math.Max(1, time.Ticks / TicksPerUnit);
        var doubling = BitOperations.Log2((ulong)units);
        var step = doubling >= 3 ? (int)((units >> (doubling - 3)) & (StepsPerDoubling - 1)) : (int)((units << (3 - doubling)) & (StepsPerDoubling - 1));
        return Math.Min(Buckets - 1, (doubling * StepsPerDoubling) + step);
    }

    private static TimeSpan UpperBoundOf(int bucket) =>
        TimeSpan.FromTicks((long)(TicksPerUnit * Math.Pow(2, bucket / StepsPerDoubling) * (1 + (((bucket % StepsPerDoubling) + 1) / (double)StepsPerDoubling))));

    private void Halve()
    {
        var left = 0;
        for (var i = 0; i < Buckets; i++)
        {
            int seen;
            do
            {
                seen = Volatile.Read(ref counts[i]);
            }
            while (Interlocked.CompareExchange(ref counts[i], seen / 2, seen) != seen);

            left += seen / 2;
        }

        Volatile.Write(ref total, left);
    }
}
