namespace Sira.Kernel.Resources.Windows;

/// <summary>Cuts wall-clock time into windows of one length that begin at its multiples since 0001-01-01T00:00:00Z: full minutes, full hours, midnight UTC, Mondays.</summary>
internal sealed class FixedClock(TimeSpan window, TimeProvider time) : WindowClock
{
    public override int Periods => 1;

    public override long Period(ref ReservationClock clock) => clock.GetUtcNow(time).UtcTicks / window.Ticks;

    public override TimeSpan Until(long period, ref ReservationClock clock) =>
        new(period * window.Ticks - clock.GetUtcNow(time).UtcTicks);
}
