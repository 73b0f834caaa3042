using System.Collections.Concurrent;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Codecs;

/// <summary>An engine that remembers every byte that was ever written to it, and calls back before and after it is used.</summary>
internal sealed class WatchedEngine(MemoryEngine inner, bool hasFeed = true) : IStorageEngine, IStore
{
    /// <summary>Called before a value is written.</summary>
    public Func<StoreKey, ValueTask> Writing { get; set; } = static _ => ValueTask.CompletedTask;

    /// <summary>Called after a value was written.</summary>
    public Func<StoreKey, ValueTask> Wrote { get; set; } = static _ => ValueTask.CompletedTask;

    /// <summary>Called after a value was read, before the reader has it.</summary>
    public Func<StoreKey, ValueTask> Got { get; set; } = static _ => ValueTask.CompletedTask;

    public ConcurrentQueue<byte[]> Written { get; } = new();

    public MemoryEngine Inner => inner;

    /// <summary>What changes are listened to; that of the engine unless it is replaced.</summary>
    public IChangeFeed? Feed { get; set; } = hasFeed ? inner.Changes : null;

    public string Name => inner.Name;

    public StorageCapabilities Capabilities { get; init; } = hasFeed ? inner.Capabilities : inner.Capabilities with { Features = inner.Capabilities.Features & ~StorageFeatures.ChangeFeed };

    public IStore Store => this;

    public IEventLog? Events => inner.Events;

    public IChangeFeed? Changes => Feed;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public async ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        var entry = await inner.Store.GetAsync(key, cancellationToken);
        await Got(key);
        return entry;
    }

    public async ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        Written.Enqueue(value.ToArray());
        await Writing(key);
        cancellationToken.ThrowIfCancellationRequested();
        var result = await inner.Store.PutAsync(key, value, options, cancellationToken);
        await Wrote(key);
        return result;
    }

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default) => inner.Store.DeleteAsync(key, options, cancellationToken);

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => inner.Store.ScanAsync(scan, cancellationToken);

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        foreach (var operation in batch.Operations)
        {
            Written.Enqueue(operation.Value.ToArray());
            foreach (var item in operation.Events)
            {
                Written.Enqueue(item.Data.ToArray());
            }
        }

        return inner.Store.WriteAsync(batch, cancellationToken);
    }

    /// <summary>Tells whether a text was ever written, in clear.</summary>
    public bool HasEverHeld(string text) => Written.Any(bytes => bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0);
}
