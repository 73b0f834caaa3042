using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.LargeValues;

/// <summary>An engine that, like one on a disk, may lose in a power failure whatever came after the last write that had to survive one.</summary>
internal sealed class PowerEngine(TimeProvider time) : IStorageEngine, IStore
{
    private MemoryEngine inner = new(time: time);
    private List<(StoreKey Key, byte[] Value)> onDisk = [];

    public string Name => "power";

    public StorageCapabilities Capabilities { get; } = new MemoryEngine().Capabilities with
    {
        Features = StorageFeatures.Conditions | StorageFeatures.Scan | StorageFeatures.AtomicBatch,
        MaximumDurability = StorageDurability.PowerLoss,
        DefaultDurability = StorageDurability.ProcessCrash,
    };

    public IStore Store => this;

    public IEventLog? Events => null;

    public IChangeFeed? Changes => null;

    /// <summary>The power fails. Without what had not to survive it, or, by luck, with it.</summary>
    public async Task FailAsync(bool isLucky)
    {
        if (isLucky)
        {
            await SyncAsync();
        }

        inner = new MemoryEngine(time: time);
        foreach (var (key, value) in onDisk)
        {
            await inner.Store.PutAsync(key, value);
        }
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default) => inner.Store.GetAsync(key, cancellationToken);

    public async ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        var result = await inner.Store.PutAsync(key, value, options with { Durability = null }, cancellationToken);
        await SyncAsync(options.Durability);
        return result;
    }

    public async ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default)
    {
        var result = await inner.Store.DeleteAsync(key, options with { Durability = null }, cancellationToken);
        await SyncAsync(options.Durability);
        return result;
    }

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => inner.Store.ScanAsync(scan, cancellationToken);

    public async ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        var durability = batch.Durability;
        var copy = new StoreBatch();
        foreach (var operation in batch.Operations)
        {
            _ = operation.Kind is StoreOperationKind.Put ? copy.Put(operation.Key, operation.Value, operation.Condition) : copy.Delete(operation.Key, operation.Condition);
        }

        var result = await inner.Store.WriteAsync(copy, cancellationToken);
        await SyncAsync(durability);
        return result;
    }

    private async Task SyncAsync(StorageDurability? durability = StorageDurability.PowerLoss)
    {
        if (durability is not StorageDurability.PowerLoss)
        {
            return;
        }

        onDisk = [];
        await foreach (var partition in inner.ListPartitionsAsync())
        {
            foreach (var item in (await inner.Store.ScanAsync(new StoreScan(partition) { PageSize = StoreScan.MaximumPageSize })).Items)
            {
                onDisk.Add((partition.Key(item.Name), item.Entry.Value.ToArray()));
            }
        }
    }
}
