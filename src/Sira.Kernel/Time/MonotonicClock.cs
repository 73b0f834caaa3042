namespace Sira.Kernel.Time;

/// <summary>Measures durations in the timestamps of a <see cref="TimeProvider"/>, counted from the moment of construction.</summary>
/// <remarks>
/// <see cref="TimeProvider.GetElapsedTime(long)"/> converts through a <see cref="double"/> and truncates, so it can be a tick short of a deadline that
/// has been reached. Here durations are converted once, rounding up, and the hot path only compares integers.
/// </remarks>
internal readonly struct MonotonicClock(TimeProvider time)
{
    private readonly long origin = time.GetTimestamp();

    // How many timestamps are how many ticks, in lowest terms: so a conversion seldom needs more than 64 bits.
    private readonly long timestamps = time.TimestampFrequency / CommonDivisor(time.TimestampFrequency, TimeSpan.TicksPerSecond);
    private readonly long ticks = TimeSpan.TicksPerSecond / CommonDivisor(time.TimestampFrequency, TimeSpan.TicksPerSecond);

    /// <summary>Gets the timestamps since construction; never negative.</summary>
    public long Now => At(time.GetTimestamp());

    /// <summary>Converts a timestamp of the clock that was read already; never negative.</summary>
    public long At(long timestamp) => Math.Max(0, timestamp - origin);

    /// <summary>Adds two non-negative timestamps and stays at the largest instead of overflowing.</summary>
    public static long Add(long left, long right) => right > long.MaxValue - left ? long.MaxValue : left + right;

    /// <summary>Converts a duration to timestamps, rounding up; a negative one gives 0.</summary>
    public long ToTimestamps(TimeSpan duration) => Scale(duration.Ticks, timestamps, ticks);

    /// <summary>Converts timestamps to a duration, rounding up so that waiting for it is always enough.</summary>
    public TimeSpan ToTimeSpan(long duration) => new(Scale(duration, ticks, timestamps));

    private static long Scale(long value, long multiplier, long divisor)
    {
        if (value <= 0)
        {
            return 0;
        }

        if (Math.BigMul(value, multiplier, out var product) == 0 && product >= 0 && product <= long.MaxValue - divisor)
        {
            return divisor == 1 ? product : (product + divisor - 1) / divisor;
        }

        var scaled = (((Int128)value * multiplier) + divisor - 1) / divisor;
        return scaled > long.MaxValue ? long.MaxValue : (long)scaled;
    }

    private static long CommonDivisor(long left, long right) => right == 0 ? left : CommonDivisor(right, left % right);
}
