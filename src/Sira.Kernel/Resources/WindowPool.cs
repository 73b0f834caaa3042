using Sira.Kernel.Resources.Windows;

namespace Sira.Kernel.Resources;

/// <summary>An amount per window of time: requests or tokens per minute, money per day.</summary>
/// <remarks>
/// <para>A reservation counts from the moment it is made. What it did not need returns to that moment when it is settled, or is ignored when that moment has left the window already; what it needed beyond is debt that counts from the moment of settling.</para>
/// <para>Reserving is one compare-and-swap and one addition, settling two additions; a lock is taken only to move the window on, 64 times while it passes once.</para>
/// </remarks>
public sealed class WindowPool : ResourcePool
{
    private readonly WindowClock clock;

    // One thread at a time moves the window on.
    private readonly Lock gate = new();

    // What each period still counts, by period number modulo the length. Their sum is 'used', but for reservations between their two steps.
    private readonly long[] buckets;
    private readonly long mask;
    private BoundedCounter used;

    // The newest period whose bucket is ready, and the newest whose bucket may have been emptied; the same but for the moment in which the window moves on.
    private long current;
    private long emptied;

    private WindowPool(string name, long limit, WindowClock clock, ResourceUnit? unit)
        : base(name, limit, unit)
    {
        this.clock = clock;
        buckets = new long[clock.Periods];
        mask = clock.Periods - 1;
        var now = default(ReservationClock);
        current = emptied = clock.Period(ref now);
    }

    /// <inheritdoc />
    public override long Used
    {
        get
        {
            var now = default(ReservationClock);
            Roll(clock.Period(ref now));
            return used.Value;
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

        stamp = Roll(this.clock.Period(ref clock));
        var limit = Limit;
        if (!used.TryAdd(amount, limit))
        {
            retryAfter = amount > limit ? null : UntilFits(amount, limit, stamp, ref clock);
            return false;
        }

        // A thread that was held up here for a whole window adds to the period that has the bucket now: counted too long, never too short.
        Interlocked.Add(ref buckets[stamp & mask], amount);
        return true;
    }

    /// <inheritdoc />
    protected internal override void Settle(long stamp, long reserved, long actual)
    {
        if (actual < reserved)
        {
            Return(stamp, reserved - actual);
        }
        else if (actual > reserved)
        {
            var now = default(ReservationClock);
            var period = Roll(clock.Period(ref now));
            Interlocked.Add(ref buckets[period & mask], used.AddDebt(actual - reserved));
        }
    }

    /// <summary>Reads what counts, by the instant at which its period began.</summary>
    internal IReadOnlyList<(DateTimeOffset Start, long Amount)> CaptureUse(TimeProvider time)
    {
        var now = default(ReservationClock);
        var current = Roll(clock.Period(ref now));
        var utcNow = now.GetUtcNow(time);
        var use = new List<(DateTimeOffset, long)>();
        lock (gate)
        {
            var left = used.Value;
            for (var period = current - buckets.Length + 1; period <= current; period++)
            {
                // What is between the two steps of its reservation is in no bucket yet: it is of now.
                var amount = period == current ? left : Math.Min(left, Math.Max(0, Volatile.Read(ref buckets[period & mask])));
                left -= amount;
                if (amount > 0)
                {
                    use.Add((utcNow + clock.Until(period, ref now), amount));
                }
            }
        }

        return use;
    }

    /// <summary>Adds what counted in another process and has not left the window since. It counts up to one period longer than it would have, and never shorter.</summary>
    /// <returns>What was added, by period, for <see cref="TakeBack"/>.</returns>
    internal IReadOnlyList<(long Period, long Amount)> AddUse(IReadOnlyList<(DateTimeOffset Start, long Amount)> use, TimeProvider time)
    {
        var now = default(ReservationClock);
        var current = Roll(clock.Period(ref now));
        var utcNow = now.GetUtcNow(time);
        var added = new List<(long, long)>();
        lock (gate)
        {
            foreach (var (start, amount) in use)
            {
                if (PeriodOf(start, current, utcNow, ref now) is { } period)
                {
                    var taken = used.AddDebt(amount);
                    Interlocked.Add(ref buckets[period & mask], taken);
                    added.Add((period, taken));
                }
            }
        }

        return added;
    }

    /// <summary>Takes back what <see cref="AddUse"/> added and has not left the window since.</summary>
    internal void TakeBack(IReadOnlyList<(long Period, long Amount)> added)
    {
        foreach (var (period, amount) in added)
        {
            Return(period, amount);
        }
    }

    private void Return(long period, long amount)
    {
        if (!Counts(period))
        {
            return;
        }

        ref var bucket = ref buckets[period & mask];
        Interlocked.Add(ref bucket, -amount);
        if (Counts(period))
        {
            // The bucket was not emptied before the line above, so that it really held the amount, and whoever empties it finds it gone.
            used.Subtract(amount);
        }
        else
        {
            // Emptied meanwhile, maybe before and maybe after. Putting it back is right in the one case, and in the other counts it for another window.
            Interlocked.Add(ref bucket, amount);
        }
    }

    private bool Counts(long period) => period > Volatile.Read(ref emptied) - buckets.Length;

    // Returns the period to count in: the newest that any thread has seen, so that a clock set back does not revive an old one.
    private long Roll(long period)
    {
        var seen = Volatile.Read(ref current);
        return period <= seen ? seen : Advance(period);
    }

    private long Advance(long period)
    {
        lock (gate)
        {
            if (period <= current)
            {
                return current;
            }

            // Announced first: see Return. The exchange below is also the fence between the two.
            Volatile.Write(ref emptied, period);
            for (var next = Math.Max(current, period - buckets.Length) + 1; next <= period; next++)
            {
                used.Subtract(Interlocked.Exchange(ref buckets[next & mask], 0));
            }

            // Published last: who counts in the new period finds its bucket empty.
            Volatile.Write(ref current, period);
            return period;
        }
    }

    private TimeSpan UntilFits(long amount, long limit, long newest, ref ReservationClock clock)
    {
        // Written so that it cannot overflow: the amount is at most the limit.
        var excess = used.Value - (limit - amount);
        for (var period = newest - buckets.Length + 1; period < newest; period++)
        {
            excess -= Volatile.Read(ref buckets[period & mask]);
            if (excess <= 0)
            {
                return this.clock.Until(period + buckets.Length, ref clock);
            }
        }

        return this.clock.Until(newest + buckets.Length, ref clock);
    }

    private long? PeriodOf(DateTimeOffset start, long current, DateTimeOffset utcNow, ref ReservationClock now)
    {
        var oldest = current - buckets.Length + 1;
        var length = clock.Until(current + 1, ref now) - clock.Until(current, ref now);
        var beginning = utcNow + clock.Until(current, ref now);

        // A fixed window that is another has begun empty. Of a sliding one, an amount counts for as many periods as there are.
        if (buckets.Length == 1 ? start < beginning : start <= beginning - (length * (buckets.Length - 1)) - length)
        {
            return null;
        }

        var ago = (beginning - start).Ticks / Math.Max(1, length.Ticks);
        return Math.Clamp(current - Math.Max(0, ago), oldest, current);
    }
}
