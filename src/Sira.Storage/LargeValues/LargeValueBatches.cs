using Sira.Storage.Capabilities;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.LargeValues;

/// <summary>Batches with large values: these first, then the batch with what points to them, which the main engine makes or refuses as a whole.</summary>
internal sealed class LargeValueBatches(IStore inner, OutOfLineValues outside, TimeProvider time)
{
    // Enough that a server's round trips overlap, and few enough not to be the load.
    private const int ReadsAtOnce = 16;

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        foreach (var operation in batch.Operations)
        {
            if (operation.Kind is StoreOperationKind.Put or StoreOperationKind.Delete
                && (outside.MayReplace(operation.Key, operation.Condition) || outside.IsLarge(operation.Key, operation.Value.Length) || operation.Value.Span.StartsWith(StoredForm.Magic)))
            {
                return WriteSplitAsync(batch, cancellationToken);
            }
        }

        return inner.WriteAsync(batch, cancellationToken);
    }

    private async ValueTask<BatchResult> WriteSplitAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        var before = await FindAsync(batch.Operations, cancellationToken).ConfigureAwait(false);
        var written = new ValuePointer?[batch.Operations.Count];
        BatchResult result;
        try
        {
            result = await inner.WriteAsync(await SplitAsync(batch, outside.DurabilityOf(batch.Durability, Array.Exists(before, static one => one is not null)), written, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (OutOfLineValues.IsNotMade(exception))
        {
            await RemoveAsync(batch.Operations, written, cancellationToken).ConfigureAwait(false);
            throw;
        }

        await RemoveAsync(batch.Operations, result.IsDone ? before : written, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async ValueTask<ValuePointer?[]> FindAsync(IReadOnlyList<StoreOperation> operations, CancellationToken cancellationToken)
    {
        var found = new ValuePointer?[operations.Count];
        var reading = new List<(int Index, Task<StoreEntry?> Entry)>(ReadsAtOnce);
        for (var i = 0; i < operations.Count; i++)
        {
            var operation = operations[i];
            if (operation.Kind is StoreOperationKind.Put or StoreOperationKind.Delete && outside.MayReplace(operation.Key, operation.Condition))
            {
                reading.Add((i, outside.FindAsync(operation.Key, cancellationToken).AsTask()));
            }

            if (reading.Count == ReadsAtOnce || i == operations.Count - 1)
            {
                await Task.WhenAll(reading.Select(static one => one.Entry)).ConfigureAwait(false);
                foreach (var (index, entry) in reading)
                {
                    found[index] = LargeValueReader.PointerOf(await entry.ConfigureAwait(false));
                }

                reading.Clear();
            }
        }

        return found;
    }

    private async ValueTask<StoreBatch> SplitAsync(StoreBatch batch, StorageDurability? durability, ValuePointer?[] written, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var copy = new StoreBatch { Durability = durability };
        for (var i = 0; i < batch.Operations.Count; i++)
        {
            var operation = batch.Operations[i];
            switch (operation.Kind)
            {
                case StoreOperationKind.Put when outside.IsLarge(operation.Key, operation.Value.Length):
                    var pointer = await outside.WriteAsync(operation.Key, operation.Value, operation.TimeToLive, cancellationToken).ConfigureAwait(false);
                    written[i] = pointer;
                    outside.CheckAge(operation.Key, begun);
                    copy.Put(operation.Key, pointer.ToBytes(), operation.Condition, operation.TimeToLive);
                    break;
                case StoreOperationKind.Put:
                    copy.Put(operation.Key, StoredForm.Of(operation.Value), operation.Condition, operation.TimeToLive);
                    break;
                case StoreOperationKind.Delete:
                    copy.Delete(operation.Key, operation.Condition);
                    break;
                case StoreOperationKind.Check:
                    copy.Check(operation.Key, operation.Condition);
                    break;
                default:
                    copy.Append(operation.Key, operation.Expected, operation.Events);
                    break;
            }
        }

        return copy;
    }

    private async ValueTask RemoveAsync(IReadOnlyList<StoreOperation> operations, ValuePointer?[] pointers, CancellationToken cancellationToken)
    {
        for (var i = 0; i < pointers.Length; i++)
        {
            await outside.RemoveAsync(operations[i].Key, pointers[i], cancellationToken).ConfigureAwait(false);
        }
    }
}
