using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Storage.Engines.Memory;

/// <summary>Tells of the writes of one memory engine.</summary>
internal sealed class MemoryChanges(MemoryState state) : IChangeFeed
{
    private readonly Dictionary<StorePartition, List<ChangeQueue>> queues = [];

    public ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(scope);
        var queue = new ChangeQueue(ended => Leave(scope, ended));
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            if (!queues.TryGetValue(scope, out var list))
            {
                queues.Add(scope, list = []);
            }

            list.Add(queue);
        }

        return ValueTask.FromResult<IChangeSubscription>(queue);
    }

    /// <summary>Tells of a change. Under the engine's lock, so that the changes of a key come in their order.</summary>
    public void Tell(in StoreChange change)
    {
        if (queues.Count > 0 && queues.TryGetValue(change.Key.Partition, out var list))
        {
            foreach (var queue in list)
            {
                queue.Bring(change);
            }
        }
    }

    /// <summary>Ends all subscriptions.</summary>
    public void End()
    {
        ChangeQueue[] all;
        lock (state.Gate)
        {
            all = [.. queues.Values.SelectMany(static list => list)];
        }

        foreach (var queue in all)
        {
            queue.Close();
        }
    }

    private void Leave(StorePartition scope, ChangeQueue queue)
    {
        lock (state.Gate)
        {
            if (queues.TryGetValue(scope, out var list) && list.Remove(queue) && list.Count == 0)
            {
                queues.Remove(scope);
            }
        }
    }
}
