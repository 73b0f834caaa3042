using Sira.Storage.Keys;

namespace Sira.Storage.Layers.Copies;

/// <summary>A partition of which copies are kept.</summary>
internal sealed class CachedPartition(StorePartition partition) : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource retired = new();
    private long epoch;
    private volatile bool isUsed = true;
    private volatile bool isLive;
    private bool isFollowing;
    private int isStale;
    private long retryAt = long.MinValue;

    public StorePartition Partition { get; } = partition;

    /// <summary>A number that changes when nothing that was read before may be used any more.</summary>
    public long Epoch => Volatile.Read(ref epoch);

    /// <summary>Whether changes are told of, so that copies may be kept.</summary>
    public bool IsLive => isLive;

    /// <summary>Whether the changes were listened to once, and then no more.</summary>
    public bool WasLost { get; private set; }

    public bool IsUsed => isUsed;

    /// <summary>Ends with the partition's place.</summary>
    public CancellationToken Retired => retired.Token;

    public void Use()
    {
        if (!isUsed)
        {
            isUsed = true;
        }
    }

    public void ClearUsed() => isUsed = false;

    /// <summary>Makes everything that was read before unusable, at once.</summary>
    public void Invalidate() => Interlocked.Increment(ref epoch);

    /// <summary>Whether the caller is to begin to listen.</summary>
    public bool TryBeginFollowing(long now)
    {
        lock (gate)
        {
            if (isFollowing || now < retryAt || retired.IsCancellationRequested)
            {
                return false;
            }

            return isFollowing = true;
        }
    }

    public bool TryGoLive()
    {
        lock (gate)
        {
            if (retired.IsCancellationRequested)
            {
                return false;
            }

            // What was begun before may have missed what nobody was told of.
            Invalidate();
            return isLive = true;
        }
    }

    public void Lose(long retryAt)
    {
        lock (gate)
        {
            (isLive, isFollowing, WasLost, this.retryAt) = (false, false, true, retryAt);
            Invalidate();
        }
    }

    public void Retire()
    {
        lock (gate)
        {
            isLive = false;
            Invalidate();
        }

        retired.Cancel();
    }

    /// <summary>Notes that a stale copy was used, or that one need not be any more.</summary>
    /// <returns>Whether that is new.</returns>
    public bool MarkStale(bool stale) => Volatile.Read(ref isStale) != (stale ? 1 : 0) && Interlocked.Exchange(ref isStale, stale ? 1 : 0) != (stale ? 1 : 0);

    public void Dispose() => retired.Dispose();
}
