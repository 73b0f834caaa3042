namespace Sira.Kernel.Resources.Windows;

/// <summary>Cuts wall-clock time into windows of one length that begin at its multiples since 0001-01-01T00:00:00Z: full minutes, full hours, midnight UTC, Mondays.</summary>
internal sealed class FixedClock(TimeSpan window, TimeProvider time) : WindowClock(time, isMonotonic: false)
{
    public override int Periods => 1;

    public override long Period(long now) => now / window.Ticks;

    public override long End(long period) => (period + 1) * window.Ticks;

    public override TimeSpan Until(long period, ref ReservationClock clock) => new(period * window.Ticks - Now(ref clock));
}
