using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Layout;
using Sira.Storage.RocksDb.Opening;
using Sira.Storage.RocksDb.Writing;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.RocksDb.Reading;

/// <summary>The values of a RocksDB engine.</summary>
internal sealed class RocksDbStore(DatabaseHost host, StorageCapabilities capabilities) : IStore
{
    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        return host.ReadAsync(key, static (database, key, _) => database.Find(key), cancellationToken);
    }

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        StorageArguments.CheckLength(value.Length, key, capabilities);
        StorageArguments.CheckTimeToLive(options.TimeToLive, capabilities);
        var durability = StorageArguments.Check(options.Durability, capabilities);
        return host.WriteAsync(new PutRequest(key, value, options, durability), cancellationToken);
    }

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(key, capabilities);
        var durability = StorageArguments.Check(options.Durability, capabilities);
        return host.WriteAsync(new DeleteRequest(key, options.Condition, durability), cancellationToken);
    }

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var size = StorageArguments.Check(scan, capabilities);
        return host.ReadAsync((scan, size), static (database, state, cancellationToken) => Scan(database, state.scan, state.size, cancellationToken), cancellationToken);
    }

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var durability = StorageArguments.Check(batch, capabilities);
        return host.WriteAsync(new BatchRequest(batch.Operations, durability), cancellationToken);
    }

    private static StorePage Scan(OpenDatabase database, StoreScan scan, int size, CancellationToken cancellationToken)
    {
        var (items, now, withBytes) = (new List<StoreItem>(), database.Now, !scan.KeysOnly);
        var next = PageReader.Read(database, database.Values, scan, size, items, Read, cancellationToken);
        return new StorePage(items, next);

        bool Read(string name, ReadOnlySpan<byte> record, out StoreItem item)
        {
            var isThere = ValueRecord.TryRead(record, now, withBytes, out var entry);
            item = new StoreItem(name, entry);
            return isThere;
        }
    }
}
