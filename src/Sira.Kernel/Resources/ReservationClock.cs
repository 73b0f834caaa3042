namespace Sira.Kernel.Resources;

/// <summary>The instant of one reservation. Reads a clock at most once, so that all pools of a reservation count it at the same moment and a request behind many quotas does not read the clock for each.</summary>
/// <remarks>A mutable value that lives on the stack of one reservation: pass it by reference.</remarks>
public struct ReservationClock
{
    private TimeProvider? timestampSource;
    private TimeProvider? utcSource;
    private long timestamp;
    private DateTimeOffset utcNow;

    /// <summary>Returns the monotonic timestamp of this reservation.</summary>
    /// <param name="time">The clock.</param>
    /// <returns>The timestamp, in units of <see cref="TimeProvider.TimestampFrequency"/>.</returns>
    public long GetTimestamp(TimeProvider time)
    {
        if (timestampSource is null || !ReferenceEquals(time, timestampSource))
        {
            ArgumentNullException.ThrowIfNull(time);
            timestamp = time.GetTimestamp();
            timestampSource = time;
        }

        return timestamp;
    }

    /// <summary>Returns the wall-clock time of this reservation.</summary>
    /// <param name="time">The clock.</param>
    /// <returns>The time in UTC.</returns>
    public DateTimeOffset GetUtcNow(TimeProvider time)
    {
        if (utcSource is null || !ReferenceEquals(time, utcSource))
        {
            ArgumentNullException.ThrowIfNull(time);
            utcNow = time.GetUtcNow();
            utcSource = time;
        }

        return utcNow;
    }
}
