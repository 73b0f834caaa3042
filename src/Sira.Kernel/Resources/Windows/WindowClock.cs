namespace Sira.Kernel.Resources.Windows;

/// <summary>Divides time into numbered periods. A pool counts an amount in the period in which it was reserved and in the <see cref="Periods"/> - 1 after it.</summary>
internal abstract class WindowClock
{
    /// <summary>Gets for how many periods an amount counts, its own included; a power of two.</summary>
    public abstract int Periods { get; }

    /// <summary>Returns the number of the period of a reservation.</summary>
    public abstract long Period(ref ReservationClock clock);

    /// <summary>Returns the time from a reservation to the beginning of a later period, rounded up so that waiting for it is enough.</summary>
    public abstract TimeSpan Until(long period, ref ReservationClock clock);
}
