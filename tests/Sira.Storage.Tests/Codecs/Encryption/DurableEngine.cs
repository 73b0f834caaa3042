using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Codecs.Encryption;

/// <summary>An engine that says that it can survive a power failure, and remembers who asked for what.</summary>
internal sealed class DurableEngine(MemoryEngine inner, List<StorageDurability?> asked) : IStorageEngine, IStore
{
    public string Name => inner.Name;

    public StorageCapabilities Capabilities { get; } = inner.Capabilities with { MaximumDurability = StorageDurability.PowerLoss };

    public IStore Store => this;

    public IEventLog? Events => inner.Events;

    public IChangeFeed? Changes => inner.Changes;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default) => inner.Store.GetAsync(key, cancellationToken);

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        asked.Add(options.Durability);
        return inner.Store.PutAsync(key, value, options with { Durability = null }, cancellationToken);
    }

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default) => inner.Store.DeleteAsync(key, options, cancellationToken);

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => inner.Store.ScanAsync(scan, cancellationToken);

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default) => inner.Store.WriteAsync(batch, cancellationToken);
}
