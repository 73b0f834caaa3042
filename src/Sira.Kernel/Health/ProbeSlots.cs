namespace Sira.Kernel.Health;

/// <summary>The places for probes of a half-open breaker. A place is a lease, so that a probe that is never reported back cannot hold it for ever.</summary>
/// <remarks>Not thread-safe; the breaker calls it under its lock. Does not allocate after construction, except to resize.</remarks>
internal sealed class ProbeSlots(int count)
{
    private const long Free = 0;
    private long[] expiries = new long[count];
    private int[] holders = new int[count];
    private int lastHolder;

    /// <summary>Gets when the next place is free: 0 when one is, otherwise when the oldest lease runs out.</summary>
    public long NextFree
    {
        get
        {
            var earliest = long.MaxValue;
            foreach (var expiry in expiries)
            {
                earliest = Math.Min(earliest, expiry);
            }

            return earliest;
        }
    }

    /// <summary>Takes the place that is free, or whose lease ran out, at <see cref="NextFree"/>.</summary>
    /// <param name="until">When the lease runs out.</param>
    /// <returns>The holder's number, for <see cref="Release"/>.</returns>
    public int Take(long until)
    {
        var slot = Array.IndexOf(expiries, NextFree);
        expiries[slot] = until;
        return holders[slot] = ++lastHolder;
    }

    /// <summary>Gives a place back, unless its lease ran out and somebody else holds it.</summary>
    public void Release(int holder)
    {
        var slot = Array.IndexOf(holders, holder);
        if (slot >= 0)
        {
            expiries[slot] = Free;
        }
    }

    /// <summary>Frees all places.</summary>
    public void Clear()
    {
        Array.Clear(expiries);
        Array.Clear(holders);
    }

    /// <summary>Changes the number of places; leases of places that stay are kept.</summary>
    public void Resize(int next)
    {
        Array.Resize(ref expiries, next);
        Array.Resize(ref holders, next);
    }
}
