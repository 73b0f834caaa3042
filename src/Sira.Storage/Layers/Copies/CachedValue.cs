using Sira.Storage.Keys;
using Sira.Storage.Values;

namespace Sira.Storage.Layers.Copies;

/// <summary>A copy of a value, or of there being none.</summary>
internal sealed class CachedValue
{
    // What an entry takes beyond key and value, roughly: this object, its place in the dictionary, two strings and an array.
    private const int Overhead = 260;

    private volatile bool isVisited;

    public CachedValue(in StoreKey key, StoreEntry? entry, CachedPartition partition, long epoch, long readAt, long staleAt)
    {
        (Key, Entry, Partition, Epoch, ReadAt, StaleAt) = (key, entry, partition, epoch, readAt, staleAt);
        Bytes = Overhead + (sizeof(char) * key.Name.Length) + (entry is { } found ? found.Value.Length : 0);
    }

    public StoreKey Key { get; }

    public StoreEntry? Entry { get; }

    public CachedPartition Partition { get; }

    /// <summary>The epoch of the partition in which it was read; in another it may have been changed.</summary>
    public long Epoch { get; }

    /// <summary>The timestamp at which the engine below was asked.</summary>
    public long ReadAt { get; }

    /// <summary>The timestamp from which on it is too old; <see cref="long.MaxValue"/> for never.</summary>
    public long StaleAt { get; }

    public int Bytes { get; }

    // The place in the queue of the cache, under its lock.
    public CachedValue? Newer { get; set; }

    public CachedValue? Older { get; set; }

    public bool IsListed { get; set; }

    public bool IsVisited => isVisited;

    public void ClearVisited() => isVisited = false;

    /// <summary>Notes a hit. Written only once, so that a hot entry does not travel between the cores.</summary>
    public void Visit()
    {
        if (!isVisited)
        {
            isVisited = true;
        }

        Partition.Use();
    }

    public bool IsFresh(TimeProvider time) =>
        Epoch == Partition.Epoch && (StaleAt == long.MaxValue || time.GetTimestamp() < StaleAt) && !IsExpired(time);

    public bool IsExpired(TimeProvider time) => Entry is { ExpiresAt: { } at } && at <= time.GetUtcNow();
}
