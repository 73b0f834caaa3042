using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Layers;

/// <summary>An engine whose reads never end by themselves, and show the token that they were given.</summary>
internal sealed class TokenEngine(IStorageEngine inner, Action<CancellationToken> seen) : IStorageEngine, IStore
{
    public string Name => inner.Name;

    public StorageCapabilities Capabilities => inner.Capabilities;

    public IStore Store => this;

    public IEventLog? Events => inner.Events;

    public IChangeFeed? Changes => inner.Changes;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => default;

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

    public ValueTask DisposeAsync() => default;

    public async ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        seen(cancellationToken);
        var left = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(left.SetResult);
        await left.Task;
        throw new OperationCanceledException(cancellationToken);
    }

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default) => inner.Store.PutAsync(key, value, options, cancellationToken);

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default) => inner.Store.DeleteAsync(key, options, cancellationToken);

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => inner.Store.ScanAsync(scan, cancellationToken);

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default) => inner.Store.WriteAsync(batch, cancellationToken);
}
