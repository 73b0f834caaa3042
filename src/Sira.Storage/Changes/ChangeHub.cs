using System.Collections.Immutable;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Changes;

/// <summary>Tells those who listen of the changes that one writer brings. For who writes an engine.</summary>
/// <param name="engine">The name of the engine.</param>
public sealed class ChangeHub(string engine) : IChangeFeed
{
    private readonly Lock gate = new();
    private ImmutableDictionary<StorePartition, ImmutableArray<ChangeQueue>> queues = ImmutableDictionary<StorePartition, ImmutableArray<ChangeQueue>>.Empty;
    private volatile bool isEnded;

    /// <inheritdoc />
    public ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(scope);
        var queue = new ChangeQueue(ended => Change(scope, list => list.Remove(ended)));
        Change(scope, list => list.Add(queue));
        if (isEnded)
        {
            Change(scope, list => list.Remove(queue));
            throw new StorageException(StorageErrorKind.Closed, engine, $"The engine '{engine}' was closed. Open another.");
        }

        return ValueTask.FromResult<IChangeSubscription>(queue);
    }

    /// <summary>Tells of a change, once it can be read. Never blocks; called by one at a time, so that the changes of a key come in their order.</summary>
    /// <param name="change">The change.</param>
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

    /// <summary>Tells everybody that changes may have been missed.</summary>
    public void TellMissed()
    {
        foreach (var queue in queues.Values.SelectMany(static list => list))
        {
            queue.Bring(new StoreChange(ChangeKind.Missed, default, default));
        }
    }

    /// <summary>Ends all subscriptions, and takes no more.</summary>
    public void End()
    {
        isEnded = true;
        foreach (var queue in queues.Values.SelectMany(static list => list))
        {
            queue.Close();
        }
    }

    private void Change(StorePartition scope, Func<ImmutableArray<ChangeQueue>, ImmutableArray<ChangeQueue>> change)
    {
        lock (gate)
        {
            var list = change(queues.GetValueOrDefault(scope, []));
            queues = list.IsEmpty ? queues.Remove(scope) : queues.SetItem(scope, list);
        }
    }
}
