namespace Sira.Kernel.Resources;

/// <summary>A non-negative count that several threads raise up to a limit. One compare-and-swap for each change.</summary>
internal struct BoundedCounter
{
    private long value;

    public long Value => Volatile.Read(ref value);

    public bool TryAdd(long amount, long limit)
    {
        var seen = Volatile.Read(ref value);

        // Neither side can overflow: the limit and the count are not negative.
        while (amount <= limit - seen)
        {
            var before = Interlocked.CompareExchange(ref value, seen + amount, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Adds past any limit, as debt does.</summary>
    /// <returns>What was added: less than asked only where the count would overflow.</returns>
    public long AddDebt(long amount)
    {
        while (true)
        {
            var seen = Volatile.Read(ref value);
            var added = Math.Min(amount, long.MaxValue - seen);
            if (Interlocked.CompareExchange(ref value, seen + added, seen) == seen)
            {
                return added;
            }
        }
    }

    public void Subtract(long amount) => Interlocked.Add(ref value, -amount);
}
