namespace Sira.Kernel.Resources.Windows;

/// <summary>Divides time into numbered periods. A pool counts an amount in the period in which it was reserved and in the <see cref="Periods"/> - 1 after it.</summary>
internal abstract class WindowClock(TimeProvider time, bool isMonotonic)
{
    /// <summary>Gets for how many periods an amount counts, its own included; a power of two.</summary>
    public abstract int Periods { get; }

    protected TimeProvider Time => time;

    /// <summary>Returns the instant of a reservation, in ticks of the clock's own: of the monotonic clock, or of UTC.</summary>
    public long Now(ref ReservationClock clock) => isMonotonic ? clock.GetTimestamp(time) : clock.GetUtcNow(time).UtcTicks;

    /// <summary>Returns the number of the period of an instant.</summary>
    public abstract long Period(long now);

    /// <summary>Returns the first instant after a period.</summary>
    public abstract long End(long period);

    /// <summary>Returns the time from a reservation to the beginning of a later period, rounded up so that waiting for it is enough.</summary>
    public abstract TimeSpan Until(long period, ref ReservationClock clock);
}
