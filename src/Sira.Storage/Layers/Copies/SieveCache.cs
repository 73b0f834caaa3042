using System.Collections.Concurrent;
using Sira.Storage.Keys;

namespace Sira.Storage.Layers.Copies;

/// <summary>Keeps copies up to a number of bytes. A hit takes no lock; putting and evicting take one.</summary>
/// <remarks>The policy is SIEVE: Zhang, Yang, Yue, Vigfusson and Rashmi, "SIEVE is Simpler than LRU: an Efficient Turn-Key Eviction Algorithm for Web Caches" (NSDI 2024). One queue in the order of arrival, one bit per entry that a hit sets; a hand goes from old to new, clears the bits, and evicts the first entry without one. Entries that are read once, as by walking over everything, go before those that are read again.</remarks>
internal sealed class SieveCache(long maximumBytes, LayerMetrics metrics)
{
    private readonly ConcurrentDictionary<StoreKey, CachedValue> values = new(StoreKeyComparer.Instance);
    private readonly Lock gate = new();
    private CachedValue? newest;
    private CachedValue? oldest;
    private CachedValue? hand;
    private long bytes;

    public long Bytes => Interlocked.Read(ref bytes);

    public int Count => values.Count;

    public CachedValue? Find(in StoreKey key) => values.TryGetValue(key, out var value) ? value : null;

    /// <summary>Keeps a copy in the place of the one that was there, unless it would take more than everything.</summary>
    public void Put(CachedValue value)
    {
        var evicted = 0;
        lock (gate)
        {
            if (values.TryRemove(value.Key, out var old))
            {
                Unlink(old);
            }

            if (value.Bytes > maximumBytes)
            {
                return;
            }

            for (; bytes + value.Bytes > maximumBytes; evicted++)
            {
                Evict();
            }

            (value.Older, value.IsListed) = (newest, true);
            if (newest is not null)
            {
                newest.Newer = value;
            }

            newest = value;
            oldest ??= value;
            bytes += value.Bytes;
            values[value.Key] = value;
        }

        metrics.Evicted(evicted);
    }

    public void Remove(in StoreKey key)
    {
        if (!values.ContainsKey(key))
        {
            return;
        }

        lock (gate)
        {
            if (values.TryRemove(key, out var removed))
            {
                Unlink(removed);
            }
        }
    }

    /// <summary>Forgets the copies of a tenant's values.</summary>
    public void RemoveAll(string? tenant)
    {
        foreach (var (key, _) in values)
        {
            if (key.Tenant == tenant)
            {
                Remove(key);
            }
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            values.Clear();
            (newest, oldest, hand, bytes) = (null, null, null, 0);
        }
    }

    private void Evict()
    {
        var candidate = hand ?? oldest!;
        while (candidate.IsVisited)
        {
            candidate.ClearVisited();
            candidate = candidate.Newer ?? oldest!;
        }

        hand = candidate.Newer;
        values.TryRemove(candidate.Key, out _);
        Unlink(candidate);
    }

    private void Unlink(CachedValue value)
    {
        if (!value.IsListed)
        {
            return;
        }

        if (hand == value)
        {
            hand = value.Newer;
        }

        if (value.Newer is { } newer)
        {
            newer.Older = value.Older;
        }
        else
        {
            newest = value.Older;
        }

        if (value.Older is { } older)
        {
            older.Newer = value.Newer;
        }
        else
        {
            oldest = value.Newer;
        }

        (value.Newer, value.Older, value.IsListed) = (null, null, false);
        bytes -= value.Bytes;
    }
}
