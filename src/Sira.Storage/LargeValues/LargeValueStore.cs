using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.LargeValues;

/// <summary>The values of two engines as those of one. What stands under a key, its tag, its expiry and every condition are the main engine's.</summary>
internal sealed class LargeValueStore(IStorageEngine main, OutOfLineValues outside, LargeValueReader reader, TimeProvider time, StorageCapabilities capabilities) : IStore
{
    private readonly IStore inner = main.Store;
    private readonly LargeValueBatches batches = new(main.Store, outside, time);
    private readonly LargeValueScans scans = new(main.Store, reader);

    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        var reading = inner.GetAsync(key, cancellationToken);
        return !reading.IsCompletedSuccessfully ? AwaitAsync(reading, key, cancellationToken)
            : reading.Result is { } entry ? reader.ResolveAsync(key, entry, cancellationToken)
            : ValueTask.FromResult<StoreEntry?>(null);
    }

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        StorageArguments.CheckLength(value.Length, key, capabilities);
        StorageArguments.CheckTimeToLive(options.TimeToLive, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        return outside.IsLarge(key, value.Length) ? PutLargeAsync(key, value, options, cancellationToken)
            : outside.MayReplace(key, options.Condition) ? PutSmallAsync(key, value, options, cancellationToken)
            : inner.PutAsync(key, StoredForm.Of(value), options, cancellationToken);
    }

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        return outside.MayReplace(key, options.Condition) ? DeleteSplitAsync(key, options, cancellationToken) : inner.DeleteAsync(key, options, cancellationToken);
    }

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => scans.ReadAsync(scan, cancellationToken);

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(batch, capabilities);
        return batches.WriteAsync(batch, cancellationToken);
    }

    private async ValueTask<StoreEntry?> AwaitAsync(ValueTask<StoreEntry?> reading, StoreKey key, CancellationToken cancellationToken) =>
        await reading.ConfigureAwait(false) is { } entry ? await reader.ResolveAsync(key, entry, cancellationToken).ConfigureAwait(false) : null;

    private async ValueTask<WriteResult> PutSmallAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options, CancellationToken cancellationToken)
    {
        var before = LargeValueReader.PointerOf(await outside.FindAsync(key, cancellationToken).ConfigureAwait(false));
        var result = await inner.PutAsync(key, StoredForm.Of(value), options with { Durability = outside.DurabilityOf(options.Durability, before is not null) }, cancellationToken).ConfigureAwait(false);
        if (result.IsDone)
        {
            await outside.RemoveAsync(key, before, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private async ValueTask<WriteResult> PutLargeAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options, CancellationToken cancellationToken)
    {
        var found = await outside.FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (found is { } standing && !options.Condition.Holds(standing.ETag))
        {
            return new WriteResult(IsDone: false, standing.ETag);
        }

        var before = LargeValueReader.PointerOf(found);
        var begun = time.GetTimestamp();
        var pointer = await outside.WriteAsync(key, value, options.TimeToLive, cancellationToken).ConfigureAwait(false);
        WriteResult result;
        try
        {
            outside.CheckAge(key, begun);
            result = await inner.PutAsync(key, pointer.ToBytes(), options with { Durability = outside.DurabilityOf(options.Durability, before is not null) }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (OutOfLineValues.IsNotMade(exception))
        {
            await outside.RemoveAsync(key, pointer, cancellationToken).ConfigureAwait(false);
            throw;
        }

        await outside.RemoveAsync(key, result.IsDone ? before : pointer, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async ValueTask<WriteResult> DeleteSplitAsync(StoreKey key, DeleteOptions options, CancellationToken cancellationToken)
    {
        var before = LargeValueReader.PointerOf(await outside.FindAsync(key, cancellationToken).ConfigureAwait(false));
        var result = await inner.DeleteAsync(key, options with { Durability = outside.DurabilityOf(options.Durability, before is not null) }, cancellationToken).ConfigureAwait(false);
        if (result.IsDone)
        {
            await outside.RemoveAsync(key, before, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }
}
