using Sira.Kernel.Resources.Windows;

namespace Sira.Kernel.Resources;

/// <summary>An amount per window of time: requests or tokens per minute, money per day.</summary>
/// <remarks>
/// <para>A reservation counts from the moment it is made. What it did not need returns to that moment when it is settled, or is ignored when that moment has left the window already; what it needed beyond is debt that counts from the moment of settling.</para>
/// <para>Reserving is one compare-and-swap; so is settling, or two additions when the period of the reservation, 1/63 of a sliding window, has ended. A lock is taken only to move the window on, 64 times while it passes once, and for each 2^46 that are reserved.</para>
/// </remarks>
public sealed class WindowPool : ResourcePool
{
    private WindowCounter counter;

    private WindowPool(string name, long limit, WindowClock clock, ResourceUnit? unit)
        : base(name, limit, unit)
    {
        counter = new WindowCounter(clock);
        FreesWithFence = true;
    }

    /// <inheritdoc />
    public override long Used
    {
        get
        {
            var now = default(ReservationClock);
            return counter.ReadUsed(ref now);
        }
    }

    /// <summary>Makes a pool whose window ends now and reaches back for its length. Within any stretch of time of that length, no more than the limit is reserved.</summary>
    /// <param name="name">The name that a rejection quotes.</param>
    /// <param name="limit">How much may be reserved within the window, in the pool's unit.</param>
    /// <param name="window">The length of the window; an amount leaves it between 1 and 1 + 1/63 windows after it was reserved, never earlier. A window of fewer than 63 units of the clock's resolution counts as 63 of them.</param>
    /// <param name="time">The clock; only its monotonic timestamp is read.</param>
    /// <param name="unit">What is counted; <see langword="null"/> means <see cref="ResourceUnit.Units"/>.</param>
    /// <returns>The pool.</returns>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative, or the window is not positive or longer than 3660 days.</exception>
    public static WindowPool Sliding(string name, long limit, TimeSpan window, TimeProvider time, ResourceUnit? unit = null)
    {
        ResourcePoolDefinition.CheckWindow(window);
        ArgumentNullException.ThrowIfNull(time);
        return new WindowPool(name, limit, new SlidingClock(window, time), unit);
    }

    /// <summary>Makes a pool whose windows follow one another at fixed instants and each begin empty, as providers count requests per day. Across the border of two windows, twice the limit may be reserved within one length.</summary>
    /// <param name="name">The name that a rejection quotes.</param>
    /// <param name="limit">How much may be reserved within one window, in the pool's unit.</param>
    /// <param name="window">The length of a window. Windows begin at its multiples in UTC: a day at midnight, seven days on Monday.</param>
    /// <param name="time">The clock; its wall-clock time is read. When that is set back, the window that has begun goes on.</param>
    /// <param name="unit">What is counted; <see langword="null"/> means <see cref="ResourceUnit.Units"/>.</param>
    /// <returns>The pool.</returns>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative, or the window is not positive or longer than 3660 days.</exception>
    public static WindowPool Fixed(string name, long limit, TimeSpan window, TimeProvider time, ResourceUnit? unit = null)
    {
        ResourcePoolDefinition.CheckWindow(window);
        ArgumentNullException.ThrowIfNull(time);
        return new WindowPool(name, limit, new FixedClock(window, time), unit);
    }

    /// <summary>Makes a pool whose windows are the calendar months of UTC.</summary>
    /// <param name="name">The name that a rejection quotes.</param>
    /// <param name="limit">How much may be reserved within one month, in the pool's unit.</param>
    /// <param name="time">The clock; its wall-clock time is read. When that is set back, the month that has begun goes on.</param>
    /// <param name="unit">What is counted; <see langword="null"/> means <see cref="ResourceUnit.Units"/>.</param>
    /// <returns>The pool.</returns>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public static WindowPool CalendarMonth(string name, long limit, TimeProvider time, ResourceUnit? unit = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new WindowPool(name, limit, new MonthClock(time), unit);
    }

    /// <inheritdoc />
    protected internal override bool TryReserve(long amount, ref ReservationClock clock, out long stamp, out TimeSpan? retryAfter)
    {
        retryAfter = null;
        if (amount == 0)
        {
            stamp = 0;
            return true;
        }

        var limit = Limit;
        if (counter.TryAdd(amount, limit, ref clock, out stamp, out var used))
        {
            return true;
        }

        retryAfter = amount > limit ? null : counter.UntilFits(amount, limit, used, stamp, ref clock);
        return false;
    }

    /// <inheritdoc />
    protected internal override void Settle(long stamp, long reserved, long actual)
    {
        if (actual < reserved)
        {
            counter.Return(stamp, reserved - actual);
        }
        else if (actual > reserved)
        {
            var now = default(ReservationClock);
            counter.AddDebt(actual - reserved, ref now);
        }
    }

    /// <summary>Reads what counts, by the instant at which its period began.</summary>
    internal IReadOnlyList<(DateTimeOffset Start, long Amount)> CaptureUse(TimeProvider time) => counter.CaptureUse(time);

    /// <summary>Adds what counted in another process and has not left the window since. It counts up to one period longer than it would have, and never shorter.</summary>
    /// <returns>What was added, by period, for <see cref="TakeBack"/>.</returns>
    internal IReadOnlyList<(long Period, long Amount)> AddUse(IReadOnlyList<(DateTimeOffset Start, long Amount)> use, TimeProvider time) => counter.AddUse(use, time);

    /// <summary>Takes back what <see cref="AddUse"/> added and has not left the window since.</summary>
    internal void TakeBack(IReadOnlyList<(long Period, long Amount)> added)
    {
        foreach (var (period, amount) in added)
        {
            counter.Return(period, amount);
        }
    }
}
