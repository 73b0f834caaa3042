namespace Sira.Kernel.Resources.Windows;

/// <summary>Cuts a sliding window into 63 periods of the monotonic clock and counts an amount for 64.</summary>
/// <remarks>An amount is reserved somewhere within its period, so it must count for one period more than the window has, or it would leave up to a period too early and any window across that moment could hold more than the limit. 64 makes the place in the ring a mask.</remarks>
internal sealed class SlidingClock : WindowClock
{
    private const int Ring = 64;

    private readonly long origin;
    private readonly long width;

    public SlidingClock(TimeSpan window, TimeProvider time)
        : base(time, isMonotonic: true)
    {
        origin = time.GetTimestamp();
        var length = CeilingDivide((Int128)window.Ticks * time.TimestampFrequency, TimeSpan.TicksPerSecond);
        width = (long)CeilingDivide(length, Ring - 1);
    }

    public override int Periods => Ring;

    public override long Period(long now) => (now - origin) / width;

    public override long End(long period) => origin + ((period + 1) * width);

    public override TimeSpan Until(long period, ref ReservationClock clock)
    {
        var remaining = (Int128)period * width - (Now(ref clock) - origin);
        return new TimeSpan((long)CeilingDivide(remaining * TimeSpan.TicksPerSecond, Time.TimestampFrequency));
    }

    private static Int128 CeilingDivide(Int128 dividend, long divisor) => (dividend + divisor - 1) / divisor;
}
