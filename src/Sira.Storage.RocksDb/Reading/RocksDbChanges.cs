using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Storage.RocksDb.Reading;

/// <summary>Tells of the writes of one engine.</summary>
internal sealed class RocksDbChanges(RocksDbErrors errors) : IChangeFeed
{
    private static readonly Dictionary<StorePartition, ChangeQueue[]> Nobody = [];

    private readonly Lock gate = new();
    private volatile Dictionary<StorePartition, ChangeQueue[]> queues = Nobody;
    private bool isClosed;

    public ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(scope);
        var queue = new ChangeQueue(ended => Change(scope, list => [.. list.Where(other => other != ended)]));
        lock (gate)
        {
            if (isClosed)
            {
                throw errors.Closed();
            }

            Change(scope, list => [.. list, queue]);
        }

        return ValueTask.FromResult<IChangeSubscription>(queue);
    }

    /// <summary>Tells of a change. Under the writer's lock, so that the changes of a key come in their order.</summary>
    public void Tell(in StoreChange change)
    {
        if (queues.TryGetValue(change.Key.Partition, out var list))
        {
            foreach (var queue in list)
            {
                queue.Bring(change);
            }
        }
    }

    /// <summary>Tells everybody that changes may have been missed.</summary>
    public void TellMissed()
    {
        foreach (var queue in queues.Values.SelectMany(static list => list))
        {
            queue.Bring(new StoreChange(ChangeKind.Missed, default, default));
        }
    }

    /// <summary>Ends all subscriptions.</summary>
    public void End()
    {
        ChangeQueue[] all;
        lock (gate)
        {
            isClosed = true;
            all = [.. queues.Values.SelectMany(static list => list)];
        }

        foreach (var queue in all)
        {
            queue.Close();
        }
    }

    // Those who tell read without a lock, so what they read is never changed.
    private void Change(StorePartition scope, Func<ChangeQueue[], ChangeQueue[]> change)
    {
        lock (gate)
        {
            var next = new Dictionary<StorePartition, ChangeQueue[]>(queues);
            var list = change(next.GetValueOrDefault(scope, []));
            next[scope] = list;
            if (list.Length == 0)
            {
                next.Remove(scope);
            }

            queues = next;
        }
    }
}
