namespace Sira.Kernel.Resources.Windows;

/// <summary>Cuts wall-clock time into calendar months of UTC.</summary>
internal sealed class MonthClock(TimeProvider time) : WindowClock(time, isMonotonic: false)
{
    private const int Months = 12;

    public override int Periods => 1;

    public override long Period(long now)
    {
        var date = new DateTime(now, DateTimeKind.Utc);
        return ((long)date.Year * Months) + date.Month - 1;
    }

    // After the last month that a date can name, time goes no further.
    public override long End(long period) => period / Months > DateTime.MaxValue.Year - 1 && period % Months == Months - 1 ? long.MaxValue : Start(period + 1);

    public override TimeSpan Until(long period, ref ReservationClock clock) => new(Start(period) - Now(ref clock));

    private static long Start(long period) => new DateTime((int)(period / Months), (int)(period % Months) + 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
}
