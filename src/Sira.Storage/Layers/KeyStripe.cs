using Sira.Storage.Changes;
using Sira.Storage.Keys;
using Sira.Storage.Layers.Copies;
using Sira.Storage.Values;

namespace Sira.Storage.Layers;

/// <summary>Some of the keys, under one lock: what is being done with them, and so whether a copy may be kept.</summary>
/// <remarks>
/// <para>A copy is taken away before its key is written, and nothing is kept of a key while it is written; a read that was under way when a write began, or when a change was told of, is neither kept nor joined any more. So a copy is never older than what a caller of this process has seen written.</para>
/// </remarks>
internal sealed class KeyStripe(SieveCache cache)
{
    // A write that this cache made itself comes back through the feed, or, if the feed has only told of a later one, never. Where more wait, all are forgotten: their copies may then be read once more.
    private const int MaximumExpected = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<StoreKey, KeyActivity> active = new(StoreKeyComparer.Instance);
    private readonly HashSet<(StoreKey Key, ETag Tag)> expected = [];
    private long heldUntil = long.MinValue;

    /// <summary>Joins the read of a key, or makes one that the caller has to begin.</summary>
    /// <returns>The read; <see langword="null"/> while the key is written: then everybody reads for himself.</returns>
    public ValueFlight? Join(in StoreKey key, CachedPartition partition, long now, out bool isNew)
    {
        lock (gate)
        {
            isNew = false;
            if (!active.TryGetValue(key, out var activity))
            {
                active.Add(key, activity = new KeyActivity());
            }
            else if (activity.Writers > 0)
            {
                return null;
            }

            if (activity.Flight is { } flight)
            {
                flight.Waiters++;
                return flight;
            }

            isNew = true;
            return activity.Flight = new ValueFlight(key, partition, now);
        }
    }

    /// <summary>Ends a read. The copy is kept if nothing has come in between.</summary>
    public void EndRead(ValueFlight flight, CachedValue? copy, long now)
    {
        lock (gate)
        {
            Detach(flight);
            if (copy is not null && flight.IsCacheable && now >= heldUntil)
            {
                cache.Put(copy);
            }
        }
    }

    /// <summary>Leaves a read that one waited for.</summary>
    /// <param name="flight">The read.</param>
    /// <param name="goesOn">Whether it is to go on when nobody waits any more.</param>
    public void Leave(ValueFlight flight, bool goesOn)
    {
        lock (gate)
        {
            flight.IsBackground |= goesOn;
            if (--flight.Waiters > 0 || flight.IsBackground)
            {
                return;
            }

            Detach(flight);
        }

        flight.Cancel();
    }

    public void BeginWrite(in StoreKey key)
    {
        lock (gate)
        {
            if (!active.TryGetValue(key, out var activity))
            {
                active.Add(key, activity = new KeyActivity());
            }

            activity.IsContended |= ++activity.Writers > 1;
            Abandon(activity);
            cache.Remove(key);
        }
    }

    /// <summary>Ends a write.</summary>
    /// <param name="key">The key.</param>
    /// <param name="tag">The tag of the value that was put; none for everything else.</param>
    /// <param name="isFollowed">Whether the write will come back as a change.</param>
    /// <param name="copy">What stands there now, if that is known.</param>
    /// <param name="now">The timestamp.</param>
    public void EndWrite(in StoreKey key, ETag tag, bool isFollowed, CachedValue? copy, long now)
    {
        lock (gate)
        {
            var activity = active[key];
            if (isFollowed && !tag.IsNone && activity.Changes == 0)
            {
                if (expected.Count == MaximumExpected)
                {
                    expected.Clear();
                }

                expected.Add((key, tag));
            }

            if (--activity.Writers > 0)
            {
                return;
            }

            var isKnown = !activity.IsContended && (activity.Changes == 0 || (activity.Changes == 1 && activity.ChangedTo == tag));
            active.Remove(key);
            if (copy is not null && isKnown && now >= heldUntil)
            {
                cache.Put(copy);
            }
        }
    }

    /// <summary>Ends a write of which nobody knows whether it was, or still will be, made: for a while nothing more is kept of these keys.</summary>
    public void EndUncertainWrite(in StoreKey key, long heldUntil)
    {
        lock (gate)
        {
            this.heldUntil = Math.Max(this.heldUntil, heldUntil);
            var activity = active[key];
            if (--activity.Writers == 0)
            {
                active.Remove(key);
            }
        }
    }

    public void Apply(in StoreChange change, bool isLast)
    {
        lock (gate)
        {
            if (isLast ? expected.Remove((change.Key, change.ETag)) : expected.Contains((change.Key, change.ETag)))
            {
                return;
            }

            if (active.TryGetValue(change.Key, out var activity))
            {
                if (activity.Writers > 0 && activity.Changes++ == 0)
                {
                    activity.ChangedTo = change.ETag;
                }

                Abandon(activity);
                if (activity.Writers == 0)
                {
                    active.Remove(change.Key);
                }
            }

            if (cache.Find(change.Key) is { } copy && (copy.Entry?.ETag ?? ETag.None) != change.ETag)
            {
                cache.Remove(change.Key);
            }
        }
    }

    public void Forget(StorePartition partition)
    {
        lock (gate)
        {
            expected.RemoveWhere(echo => echo.Key.Partition == partition);
        }
    }

    /// <summary>Returns the reads that are under way.</summary>
    public List<ValueFlight> Flights()
    {
        lock (gate)
        {
            return [.. active.Values.Select(static activity => activity.Flight).OfType<ValueFlight>()];
        }
    }

    // Those who wait for it began before what has happened now, and may have what it brings; nobody else.
    private static void Abandon(KeyActivity activity)
    {
        if (activity.Flight is { } flight)
        {
            flight.IsCacheable = false;
            activity.Flight = null;
        }
    }

    private void Detach(ValueFlight flight)
    {
        if (active.TryGetValue(flight.Key, out var activity) && activity.Flight == flight)
        {
            activity.Flight = null;
            if (activity.Writers == 0)
            {
                active.Remove(flight.Key);
            }
        }
    }
}
