using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Engines.Memory;

/// <summary>The values of a memory engine.</summary>
internal sealed class MemoryStore(MemoryState state, StorageCapabilities capabilities) : IStore
{
    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        state.ThrowIfClosed();
        return ValueTask.FromResult(state.Find(key)?.Entry);
    }

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        StorageArguments.CheckLength(value.Length, key, capabilities);
        StorageArguments.CheckTimeToLive(options.TimeToLive, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        var copy = value.ToArray();
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            var current = TagOf(key);
            if (!options.Condition.Holds(current))
            {
                return ValueTask.FromResult(new WriteResult(IsDone: false, current));
            }

            state.Reserve(state.CostOf(key, copy.Length));
            return ValueTask.FromResult(new WriteResult(IsDone: true, state.Put(key, copy, options.TimeToLive)));
        }
    }

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            var current = TagOf(key);
            if (current.IsNone || !options.Condition.Holds(current))
            {
                return ValueTask.FromResult(new WriteResult(IsDone: false, current));
            }

            state.Delete(key);
            return ValueTask.FromResult(new WriteResult(IsDone: true, ETag.None));
        }
    }

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var size = StorageArguments.Check(scan, capabilities);
        var items = new List<StoreItem>();
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            if (state.FindPartition(scan.Partition) is not { Names.Count: > 0 } partition)
            {
                return ValueTask.FromResult(new StorePage(items, Next: null));
            }

            foreach (var name in NamesFrom(partition.Names, scan))
            {
                if (!name.StartsWith(scan.Prefix, StringComparison.Ordinal))
                {
                    break;
                }

                if (name == scan.After || !partition.Values.TryGetValue(name, out var value) || state.IsExpired(value))
                {
                    continue;
                }

                if (items.Count == size)
                {
                    return ValueTask.FromResult(new StorePage(items, items[^1].Name));
                }

                items.Add(new StoreItem(name, scan.KeysOnly ? value.Entry with { Value = default } : value.Entry));
            }
        }

        return ValueTask.FromResult(new StorePage(items, Next: null));
    }

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(batch, capabilities);
        var operations = batch.Operations;
        var results = new OperationResult[operations.Count];
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            long cost = 0;
            for (var i = 0; i < operations.Count; i++)
            {
                var operation = operations[i];
                if (!Holds(operation, out var stands))
                {
                    results[i] = stands;
                    return ValueTask.FromResult(new BatchResult(IsDone: false, i, results));
                }

                cost += operation.Kind switch
                {
                    StoreOperationKind.Put => state.CostOf(operation.Key, operation.Value.Length),
                    StoreOperationKind.Append => MemoryState.CostOf(operation.Events),
                    _ => 0,
                };
            }

            state.Reserve(cost);
            for (var i = 0; i < operations.Count; i++)
            {
                results[i] = Apply(operations[i]);
            }
        }

        return ValueTask.FromResult(new BatchResult(IsDone: true, RefusedAt: -1, results));
    }

    // A view of a sorted set is found in logarithmic time; all of it is walked only as far as the page goes.
    private static SortedSet<string> NamesFrom(SortedSet<string> names, in StoreScan scan)
    {
        var from = scan.After is { } after && NameOrder.Instance.Compare(after, scan.Prefix) > 0 ? after : scan.Prefix;
        return NameOrder.Instance.Compare(from, names.Max) > 0 ? [] : names.GetViewBetween(from, names.Max);
    }

    private ETag TagOf(in StoreKey key) => state.Find(key) is { } value ? new ETag(value.Tag) : ETag.None;

    private bool Holds(StoreOperation operation, out OperationResult stands)
    {
        if (operation.Kind is StoreOperationKind.Append)
        {
            var version = state.FindLog(operation.Key)?.Version ?? 0;
            stands = new OperationResult(ETag.None, version);
            return operation.Expected.Holds(version);
        }

        var current = TagOf(operation.Key);
        stands = new OperationResult(current);
        return operation.Condition.Holds(current);
    }

    private OperationResult Apply(StoreOperation operation)
    {
        switch (operation.Kind)
        {
            case StoreOperationKind.Put:
                return new OperationResult(state.Put(operation.Key, operation.Value.ToArray(), operation.TimeToLive));
            case StoreOperationKind.Append:
                return new OperationResult(ETag.None, state.Append(operation.Key, operation.Events).Version);
            case StoreOperationKind.Delete when !TagOf(operation.Key).IsNone:
                state.Delete(operation.Key);
                return default;
            default:
                return new OperationResult(TagOf(operation.Key));
        }
    }
}
