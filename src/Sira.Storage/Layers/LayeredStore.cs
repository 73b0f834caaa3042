using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Layers;

/// <summary>The values of an engine with a cache over it. Conditions are always decided below.</summary>
internal sealed class LayeredStore(IStorageEngine lower, LayeredCache cache) : IStore
{
    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return cache.Find(key) is { } copy ? new ValueTask<StoreEntry?>(copy.Entry) : ReadBelowAsync(key, cancellationToken);
    }

    public ValueTask<LayeredRead> ReadAsync(StoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (cache.Find(key) is { } copy)
        {
            return ValueTask.FromResult(new LayeredRead(copy.Entry, ReadSource.Cache, cache.AgeOf(copy)));
        }

        StorageArguments.Check(key, lower.Capabilities);
        return cache.ReadBelowAsync(key, cancellationToken);
    }

    public async ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, lower.Capabilities);
        var write = cache.BeginWrite(key);
        WriteResult result;
        try
        {
            result = await lower.Store.PutAsync(key, value, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            write.Fail(exception);
            throw;
        }

        if (result.IsDone)
        {
            write.Put(result.ETag, value, options.TimeToLive);
        }
        else
        {
            write.Refuse();
        }

        return result;
    }

    public async ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, lower.Capabilities);
        var write = cache.BeginWrite(key);
        WriteResult result;
        try
        {
            result = await lower.Store.DeleteAsync(key, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            write.Fail(exception);
            throw;
        }

        if (result.IsDone)
        {
            write.Delete();
        }
        else
        {
            write.Refuse();
        }

        return result;
    }

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => lower.Store.ScanAsync(scan, cancellationToken);

    public async ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(batch, lower.Capabilities);
        var operations = batch.Operations.Where(static operation => operation.Kind is StoreOperationKind.Put or StoreOperationKind.Delete).ToArray();
        var writes = Array.ConvertAll(operations, operation => cache.BeginWrite(operation.Key));
        BatchResult result;
        try
        {
            result = await lower.Store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Array.ForEach(writes, write => write.Fail(exception));
            throw;
        }

        End(batch, writes, result);
        return result;
    }

    private static void End(StoreBatch batch, KeyWrite[] writes, in BatchResult result)
    {
        for (int i = 0, write = 0; i < batch.Operations.Count; i++)
        {
            var operation = batch.Operations[i];
            if (operation.Kind is not (StoreOperationKind.Put or StoreOperationKind.Delete))
            {
                continue;
            }

            var ended = writes[write++];
            if (!result.IsDone)
            {
                ended.Refuse();
            }
            else if (operation.Kind is StoreOperationKind.Put)
            {
                ended.Put(result.Results[i].ETag, operation.Value, operation.TimeToLive);
            }
            else
            {
                ended.Delete();
            }
        }
    }

    private async ValueTask<StoreEntry?> ReadBelowAsync(StoreKey key, CancellationToken cancellationToken)
    {
        StorageArguments.Check(key, lower.Capabilities);
        return (await cache.ReadBelowAsync(key, cancellationToken).ConfigureAwait(false)).Entry;
    }
}
