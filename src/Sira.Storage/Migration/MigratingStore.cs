using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Migration;

/// <summary>The values of an engine of which a namespace is being migrated.</summary>
internal sealed class MigratingStore(MigrationCore core, MigrationOperations operations, StorageCapabilities capabilities) : IStore
{
    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(key, capabilities);
        return key.Namespace != core.Namespace ? core.Source.Store.GetAsync(key, cancellationToken)
            : operations.ReadAsync(key, static (engine, key, cancellation) => engine.Store.GetAsync(key, cancellation), static entry => SourceTag.Wrap(entry), cancellationToken);
    }

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(key, capabilities);
        StorageArguments.CheckLength(value.Length, key, capabilities);
        StorageArguments.CheckTimeToLive(options.TimeToLive, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        return key.Namespace != core.Namespace ? core.Source.Store.PutAsync(key, value, options, cancellationToken)
            : operations.WriteAsync(
                [key],
                (key, value: Keep(value, cancellationToken), options),
                static (engine, isSource, put, cancellation) => engine.Store.PutAsync(put.key, put.value, isSource ? put.options with { Condition = SourceTag.Unwrap(put.options.Condition) } : put.options, cancellation),
                static (mirror, put, result, begunAt) => result.IsDone ? mirror.PutAsync(put.key, put.value, put.options.TimeToLive, begunAt) : Task.CompletedTask,
                Mark,
                cancellationToken);
    }

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(key, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        return key.Namespace != core.Namespace ? core.Source.Store.DeleteAsync(key, options, cancellationToken)
            : operations.WriteAsync(
                [key],
                (key, options),
                static (engine, isSource, delete, cancellation) => engine.Store.DeleteAsync(delete.key, isSource ? delete.options with { Condition = SourceTag.Unwrap(delete.options.Condition) } : delete.options, cancellation),
                static (mirror, delete, result, _) => result.IsDone ? mirror.DeleteAsync(delete.key) : Task.CompletedTask,
                Mark,
                cancellationToken);
    }

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(scan, capabilities);
        return scan.Partition.Namespace != core.Namespace ? core.Source.Store.ScanAsync(scan, cancellationToken)
            : operations.ReadAsync(scan, static (engine, scan, cancellation) => engine.Store.ScanAsync(scan, cancellation), Mark, cancellationToken);
    }

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(batch, capabilities);
        var inside = batch.Operations.Count(operation => operation.Key.Namespace == core.Namespace);
        if (inside == 0)
        {
            return core.Source.Store.WriteAsync(batch, cancellationToken);
        }

        if (inside < batch.Operations.Count)
        {
            throw new NotSupportedException($"The namespace '{core.Namespace}' is being migrated to another engine, and a batch cannot be made as a whole in two. Make one of the writes of '{core.Namespace}', and one of the others.");
        }

        var kept = Copy(batch, isUnwrapped: false, cancellationToken);
        return operations.WriteAsync(
            [.. kept.Operations.Where(static operation => operation.Kind is not StoreOperationKind.Check).Select(static operation => operation.Key)],
            kept,
            static (engine, isSource, batch, cancellation) => engine.Store.WriteAsync(isSource ? Copy(batch, isUnwrapped: true, CancellationToken.None) : batch, cancellation),
            static (mirror, batch, result, begunAt) => result.IsDone ? mirror.WriteAsync(batch.Operations, result.Results, begunAt) : Task.CompletedTask,
            static result => result with { Results = [.. result.Results.Select(static one => one with { ETag = SourceTag.Wrap(one.ETag) })] },
            cancellationToken);
    }

    /// <summary>Keeps bytes that their owner may use again when he has given up.</summary>
    internal static ReadOnlyMemory<byte> Keep(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled ? bytes.ToArray() : bytes;

    private static WriteResult Mark(WriteResult result) => result with { ETag = SourceTag.Wrap(result.ETag) };

    private static StorePage Mark(StorePage page) => page with { Items = [.. page.Items.Select(static item => item with { Entry = item.Entry with { ETag = SourceTag.Wrap(item.Entry.ETag) } })] };

    private static StoreBatch Copy(StoreBatch batch, bool isUnwrapped, CancellationToken cancellationToken)
    {
        var copy = new StoreBatch { Durability = batch.Durability };
        foreach (var operation in batch.Operations)
        {
            var condition = isUnwrapped ? SourceTag.Unwrap(operation.Condition) : operation.Condition;
            _ = operation.Kind switch
            {
                StoreOperationKind.Put => copy.Put(operation.Key, Keep(operation.Value, cancellationToken), condition, operation.TimeToLive),
                StoreOperationKind.Delete => copy.Delete(operation.Key, condition),
                StoreOperationKind.Check => copy.Check(operation.Key, condition),
                _ => copy.Append(operation.Key, operation.Expected, MigratingEventLog.Keep(operation.Events, cancellationToken)),
            };
        }

        return copy;
    }
}
