using System.Runtime.CompilerServices;

namespace Sira.Kernel.Resources.Windows;

/// <summary>What counts in the window of a <see cref="WindowPool"/>.</summary>
/// <remarks>A mutable value: keep it in a field. Thread-safe; counting is one compare-and-swap.</remarks>
internal struct WindowCounter
{
    // What is counted in the period that runs is one word: the amount, above it a number that is another each time the word is opened, and the sign while it is closed.
    // Whoever was held up meanwhile finds a word that is not the one he has read, even where the amount is the same.
    private const int AmountBits = 46;
    private const long MostInWord = (1L << AmountBits) - 1;
    private const long Closed = long.MinValue;

    private readonly WindowClock clock;

    // One thread at a time moves the window on.
    private readonly Lock gate = new();

    // What each period counts beside the word, by period number modulo the length, and the sum of that. It grows only under the gate and while the word is closed.
    private readonly long[] buckets;
    private readonly long mask;
    private long sum;

    // The word, and the period of which it is. That changes only while the word is closed.
    private long word;
    private long current;
    private long endsAt;

    // The newest period whose bucket has been emptied, or is about to be.
    private long emptied;

    public WindowCounter(WindowClock clock)
    {
        this.clock = clock;
        buckets = new long[clock.Periods];
        mask = clock.Periods - 1;
        var now = default(ReservationClock);
        current = emptied = clock.Period(clock.Now(ref now));
        endsAt = clock.End(current);
    }

    /// <summary>Returns what counts at an instant.</summary>
    public long ReadUsed(ref ReservationClock clock)
    {
        Roll(this.clock.Now(ref clock));
        long used;
        while (!TryReadUsed(out used))
        {
        }

        return used;
    }

    /// <summary>Counts an amount if it fits.</summary>
    /// <param name="amount">The amount, above 0.</param>
    /// <param name="limit">What may count.</param>
    /// <param name="clock">The instant.</param>
    /// <param name="period">The period in which it counts, or which was the current one when it was refused.</param>
    /// <param name="used">What counted when it was refused.</param>
    /// <returns>Whether it is counted.</returns>
    public bool TryAdd(long amount, long limit, ref ReservationClock clock, out long period, out long used)
    {
        var now = this.clock.Now(ref clock);

        // In this order: if the word is still the same when it is replaced, the sum has only fallen since, and the period is its own.
        var seen = Volatile.Read(ref word);
        var counted = seen & MostInWord;
        period = Volatile.Read(ref current);
        used = Volatile.Read(ref sum) + counted;
        return (seen >= 0 && now < Volatile.Read(ref endsAt) && amount <= limit - used && amount <= MostInWord - counted
            && Interlocked.CompareExchange(ref word, seen + amount, seen) == seen)
            || TryAddOrWait(amount, limit, now, out period, out used);
    }

    // The same where it does not go at once, apart so that what does is short.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAddOrWait(long amount, long limit, long now, out long period, out long used)
    {
        Roll(now);
        while (true)
        {
            var seen = ReadWord();
            period = Volatile.Read(ref current);
            used = Volatile.Read(ref sum) + (seen & MostInWord);
            if (amount > limit - used)
            {
                // Nobody is refused for what was never used at one time.
                if (TryReadUsed(out used) && amount > limit - used)
                {
                    return false;
                }
            }
            else if (amount > MostInWord - (seen & MostInWord) ? TryAddBeside(amount, limit, out period) : Interlocked.CompareExchange(ref word, seen + amount, seen) == seen)
            {
                return true;
            }
        }
    }

    /// <summary>Reads what counts, by the instant at which its period began.</summary>
    public IReadOnlyList<(DateTimeOffset Start, long Amount)> CaptureUse(TimeProvider time)
    {
        var now = default(ReservationClock);
        Roll(clock.Now(ref now));
        var utcNow = now.GetUtcNow(time);
        var use = new List<(DateTimeOffset, long)>();
        lock (gate)
        {
            var left = Spill();
            Reopen();
            for (var period = current - buckets.Length + 1; period <= current; period++)
            {
                // What is just being given back is missing in its bucket and not yet in the sum: it is of now.
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
    /// <returns>What was added, by period.</returns>
    public IReadOnlyList<(long Period, long Amount)> AddUse(IReadOnlyList<(DateTimeOffset Start, long Amount)> use, TimeProvider time)
    {
        var now = default(ReservationClock);
        Roll(clock.Now(ref now));
        var utcNow = now.GetUtcNow(time);
        var added = new List<(long, long)>();
        lock (gate)
        {
            foreach (var (start, amount) in use)
            {
                if (PeriodOf(start, current, utcNow, ref now) is { } period)
                {
                    var fits = Math.Min(amount, long.MaxValue - Spill());
                    AddTo(period, fits);
                    Reopen();
                    added.Add((period, fits));
                }
            }
        }

        return added;
    }

    // Whoever finds the word closed waits for the one who has closed it.
    private long ReadWord()
    {
        var seen = Volatile.Read(ref word);
        if (seen < 0)
        {
            lock (gate)
            {
                seen = word;
            }
        }

        return seen;
    }

    // Whether word and sum were so at one time: the word was the same all the while, and the sum, which only fell meanwhile, did not.
    private bool TryReadUsed(out long used)
    {
        var seen = ReadWord();
        var before = Volatile.Read(ref sum);
        used = before + (seen & MostInWord);
        return Volatile.Read(ref word) == seen && Volatile.Read(ref sum) == before && Volatile.Read(ref word) == seen;
    }

    // What is too much for the word.
    private bool TryAddBeside(long amount, long limit, out long stamp)
    {
        lock (gate)
        {
            stamp = current;
            var fits = amount <= limit - Spill();
            AddTo(current, fits ? amount : 0);
            Reopen();
            return fits;
        }
    }

    /// <summary>Counts past any limit; less than was asked only where the count would overflow.</summary>
    public void AddDebt(long amount, ref ReservationClock clock)
    {
        Roll(this.clock.Now(ref clock));
        while (true)
        {
            var seen = ReadWord();
            var counted = seen & MostInWord;
            if (amount > MostInWord - counted || amount > long.MaxValue - counted - Volatile.Read(ref sum))
            {
                lock (gate)
                {
                    AddTo(current, Math.Min(amount, long.MaxValue - Spill()));
                    Reopen();
                    return;
                }
            }

            if (Interlocked.CompareExchange(ref word, seen + amount, seen) == seen)
            {
                return;
            }
        }
    }

    /// <summary>Takes away what was counted in a period, unless it has left the window.</summary>
    public void Return(long period, long amount)
    {
        var seen = Volatile.Read(ref word);
        while (seen >= 0 && amount <= (seen & MostInWord) && Volatile.Read(ref current) == period)
        {
            var before = Interlocked.CompareExchange(ref word, seen - amount, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }

        ReturnBeside(period, amount);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReturnBeside(long period, long amount)
    {
        if (!Counts(period))
        {
            return;
        }

        // The bucket of the current period may so fall below zero: the rest of it is in the word.
        ref var bucket = ref buckets[period & mask];
        Interlocked.Add(ref bucket, -amount);
        if (Counts(period))
        {
            // The bucket was not emptied before the line above, so that it really held the amount, and whoever empties it finds it gone.
            Interlocked.Add(ref sum, -amount);
        }
        else
        {
            // Emptied meanwhile, maybe before and maybe after. Putting it back is right in the one case, and in the other counts it for another window.
            Interlocked.Add(ref bucket, amount);
        }
    }

    private bool Counts(long period) => period > Volatile.Read(ref emptied) - buckets.Length;

    // Only forward: a clock set back does not revive an old period.
    private void Roll(long now)
    {
        if (now >= Volatile.Read(ref endsAt))
        {
            Advance(now);
        }
    }

    private void Advance(long now)
    {
        lock (gate)
        {
            if (now < endsAt)
            {
                return;
            }

            var next = clock.Period(now);
            Spill();

            // Announced first: see Return. The exchange below is also the fence between the two.
            Volatile.Write(ref emptied, next);
            for (var period = Math.Max(current, next - buckets.Length) + 1; period <= next; period++)
            {
                Interlocked.Add(ref sum, -Interlocked.Exchange(ref buckets[period & mask], 0));
            }

            Volatile.Write(ref current, next);
            Volatile.Write(ref endsAt, clock.End(next));
            Reopen();
        }
    }

    // Under the gate. Closes the word and counts beside it what was in it; returns all that is used.
    private long Spill()
    {
        AddTo(current, Interlocked.Or(ref word, Closed) & MostInWord);
        return Volatile.Read(ref sum);
    }

    private void AddTo(long period, long amount)
    {
        Interlocked.Add(ref buckets[period & mask], amount);
        Interlocked.Add(ref sum, amount);
    }

    private void Reopen() => Volatile.Write(ref word, ((word | MostInWord) + 1) & ~Closed);

    /// <summary>Returns in what time an amount fits that was refused, if nothing else is counted meanwhile.</summary>
    public readonly TimeSpan UntilFits(long amount, long limit, long used, long newest, ref ReservationClock clock)
    {
        // Written so that it cannot overflow: the amount is at most the limit.
        var excess = used - (limit - amount);
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
