using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Sira.Gateway.Caching.Keys;

namespace Sira.Gateway.Caching.Storage;

/// <summary>The first level: answers in memory, bounded in number and bytes.</summary>
/// <remarks>
/// Evicts by SIEVE (Zhang et al., NSDI 2024): a queue by age, a mark on what was used, and a hand that walks from the oldest to the newest, clears marks and takes the first entry without one.
/// It keeps more of what is used again than LRU does, and a hit takes no lock, since nothing is moved.
/// </remarks>
internal sealed class EntryStore(int maximumEntries, long maximumBytes)
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<CacheKey, Node> nodes = new();
    private Node? newest;
    private Node? oldest;
    private Node? hand;

    // Kept apart, under the lock: the dictionary counts by taking all of its locks, a thousand when it is large.
    private int count;

    /// <summary>Called under no lock, with the change of the number of entries, of their bytes, and of how many had to go for lack of room.</summary>
    public Action<int, long, int>? Changed { get; init; }

    public int Count => Volatile.Read(ref count);

    public long Bytes { get; private set; }

    public bool TryGet(CacheKey key, [MaybeNullWhen(false)] out CacheEntry entry)
    {
        if (!nodes.TryGetValue(key, out var node))
        {
            entry = null;
            return false;
        }

        // Written only when it changes: a popular entry's line stays shared between the cores.
        if (!node.IsUsed)
        {
            node.IsUsed = true;
        }

        entry = node.Entry;
        return true;
    }

    public void Set(CacheKey key, CacheEntry entry)
    {
        if (entry.Size > maximumBytes)
        {
            return;
        }

        int entries, evicted = 0;
        long bytes;
        lock (gate)
        {
            (entries, bytes) = (count, Bytes);
            if (nodes.TryGetValue(key, out var existing))
            {
                Unlink(existing);
            }

            while (count >= maximumEntries || Bytes + entry.Size > maximumBytes)
            {
                Unlink(FindVictim());
                evicted++;
            }

            Link(new Node(key, entry));
            (entries, bytes) = (count - entries, Bytes - bytes);
        }

        Changed?.Invoke(entries, bytes, evicted);
    }

    /// <summary>Removes an entry, unless another has taken its place.</summary>
    public void Remove(CacheKey key, CacheEntry entry)
    {
        lock (gate)
        {
            if (!nodes.TryGetValue(key, out var node) || !ReferenceEquals(node.Entry, entry))
            {
                return;
            }

            Unlink(node);
        }

        Changed?.Invoke(-1, -entry.Size, 0);
    }

    private Node FindVictim()
    {
        var candidate = hand ?? oldest!;
        while (candidate.IsUsed)
        {
            candidate.IsUsed = false;
            candidate = candidate.Newer ?? oldest!;
        }

        hand = candidate.Newer;
        return candidate;
    }

    private void Link(Node node)
    {
        node.Older = newest;
        if (newest is null)
        {
            oldest = node;
        }
        else
        {
            newest.Newer = node;
        }

        newest = node;
        nodes[node.Key] = node;
        Volatile.Write(ref count, count + 1);
        Bytes += node.Entry.Size;
    }

    private void Unlink(Node node)
    {
        if (ReferenceEquals(hand, node))
        {
            hand = node.Newer;
        }

        if (node.Older is null)
        {
            oldest = node.Newer;
        }
        else
        {
            node.Older.Newer = node.Newer;
        }

        if (node.Newer is null)
        {
            newest = node.Older;
        }
        else
        {
            node.Newer.Older = node.Older;
        }

        nodes.TryRemove(node.Key, out _);
        Volatile.Write(ref count, count - 1);
        Bytes -= node.Entry.Size;
    }

    private sealed class Node(CacheKey key, CacheEntry entry)
    {
        private volatile bool isUsed;

        public CacheKey Key => key;

        public CacheEntry Entry => entry;

        public Node? Older { get; set; }

        public Node? Newer { get; set; }

        public bool IsUsed
        {
            get => isUsed;
            set => isUsed = value;
        }
    }
}
