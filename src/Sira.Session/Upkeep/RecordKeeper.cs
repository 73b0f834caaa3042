using Sira.Session.Records;
using Sira.Session.Views;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Session.Upkeep;

/// <summary>Brings records up to their logs. What waits is the latest of each session and no more than that: a view of a long session is large.</summary>
internal sealed class RecordKeeper(RecordStore records, BackgroundWork upkeep, SessionLog log)
{
    // A record that is left out is late by one interval more; the log is right.
    private const int Capacity = 16_384;

    // An engine that groups commits takes so many for one.
    private const int AtOnce = 32;

    private readonly Lock gate = new();
    private Dictionary<StoreKey, State> waiting = [];
    private bool isFull;
    private bool isComing;

    /// <summary>Has a session's record brought up to the view.</summary>
    public void Add(SessionView view)
    {
        lock (gate)
        {
            if (waiting.Count >= Capacity && !waiting.ContainsKey(view.Identity.Stream))
            {
                if (!isFull)
                {
                    log.UpkeepFull(Capacity, "a record");
                }

                isFull = true;
                return;
            }

            waiting[view.Identity.Stream] = State.Of(view);
            if (isComing)
            {
                return;
            }

            isComing = true;
        }

        if (!upkeep.Add("records", WriteAsync))
        {
            lock (gate)
            {
                isComing = false;
            }
        }
    }

    /// <summary>Brings a session's record up to the view.</summary>
    public ValueTask WriteAsync(SessionView view, CancellationToken cancellationToken) => WriteAsync(view.Identity.Stream, State.Of(view), null, cancellationToken);

    private async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        Dictionary<StoreKey, State> taken;
        lock (gate)
        {
            (taken, waiting, isFull, isComing) = (waiting, [], false, false);
        }

        foreach (var some in taken.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(async record =>
            {
                try
                {
                    await WriteAsync(record.Key, record.Value, records.Repeated, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    log.UpkeepFailed("a record", exception);
                }
            })).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteAsync(StoreKey stream, State state, StorageDurability? durability, CancellationToken cancellationToken) =>
        await records.ChangeAsync(
            stream.Partition.Key(SessionNames.RecordOf(stream.Name)),
            RecordJson.Default.SessionRecord,
            record => record.Stream != stream.Name || record.Active > state.Active || (record.Active == state.Active && record.Lifecycle == state.Lifecycle) ? null : record with { Active = state.Active, Lifecycle = state.Lifecycle },
            cancellationToken,
            durability).ConfigureAwait(false);

    private readonly record struct State(DateTimeOffset Active, SessionLifecycle Lifecycle)
    {
        public static State Of(SessionView view) => new(view.LastActiveAt, view.Lifecycle);
    }
}
