using System.Runtime.CompilerServices;

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
        if (time is null || !ReferenceEquals(time, timestampSource))
        {
            ReadTimestamp(time);
        }

        return timestamp;
    }

    /// <summary>Returns the wall-clock time of this reservation.</summary>
    /// <param name="time">The clock.</param>
    /// <returns>The time in UTC.</returns>
    public DateTimeOffset GetUtcNow(TimeProvider time)
    {
        if (time is null || !ReferenceEquals(time, utcSource))
        {
            ReadUtcNow(time);
        }

        return utcNow;
    }

    // Once for each reservation, and apart so that the other pools' share of it is short.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadTimestamp(TimeProvider? time)
    {
        ArgumentNullException.ThrowIfNull(time);
        timestamp = time.GetTimestamp();
        timestampSource = time;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadUtcNow(TimeProvider? time)
    {
        ArgumentNullException.ThrowIfNull(time);
        utcNow = time.GetUtcNow();
        utcSource = time;
    }
}
