namespace Sira.Kernel.Resources.Windows;

/// <summary>Cuts wall-clock time into calendar months of UTC.</summary>
internal sealed class MonthClock(TimeProvider time) : WindowClock
{
    public override int Periods => 1;

    public override long Period(ref ReservationClock clock)
    {
        var now = clock.GetUtcNow(time).UtcDateTime;
        return (now.Year * 12L) + now.Month - 1;
    }

    public override TimeSpan Until(long period, ref ReservationClock clock)
    {
        var start = new DateTimeOffset((int)(period / 12), (int)(period % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero);
        return start - clock.GetUtcNow(time);
    }
}
