using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Support;

/// <summary>An engine whose every call a test can fail, delay or count: before it is made, and after.</summary>
internal sealed class ScriptedEngine(IStorageEngine inner, StorageFeatures without = StorageFeatures.None, StorageFeatures with = StorageFeatures.None) : IStorageEngine, IStore, IEventLog, IChangeFeed
{
    private int calls;

    /// <summary>Called before each call with its name and number; what it throws is thrown instead of the call.</summary>
    public Func<string, int, Task> Before { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Called after each call was made; what it throws is thrown although it was made.</summary>
    public Func<string, int, Task> After { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Replaces subscriptions.</summary>
    public Func<StorePartition, CancellationToken, ValueTask<IChangeSubscription>>? Subscribe { get; set; }

    public int Calls => Volatile.Read(ref calls);

    public string Name => inner.Name;

    public StorageCapabilities Capabilities => inner.Capabilities with { Features = (inner.Capabilities.Features & ~without) | with };

    public IStore Store => this;

    public IEventLog? Events => this;

    public IChangeFeed? Changes => without.HasFlag(StorageFeatures.ChangeFeed) ? null : this;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default) => Run("get", () => inner.Store.GetAsync(key, cancellationToken));

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default) => Run("put", () => inner.Store.PutAsync(key, value, options, cancellationToken));

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default) => Run("delete", () => inner.Store.DeleteAsync(key, options, cancellationToken));

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => Run("scan", () => inner.Store.ScanAsync(scan, cancellationToken));

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default) => Run("batch", () => inner.Store.WriteAsync(batch, cancellationToken));

    public ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default) =>
        Run("append", () => inner.Events!.AppendAsync(stream, expected, events, options, cancellationToken));

    public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) => Run("read", () => inner.Events!.ReadAsync(stream, after, maximum, cancellationToken));

    public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) => inner.Events!.ReadAllAsync(@namespace, after, maximum, cancellationToken);

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default) => Run("version", () => inner.Events!.GetVersionAsync(stream, cancellationToken));

    public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default) => Run("trim", () => inner.Events!.TrimAsync(stream, upTo, cancellationToken));

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default) => Run("delete stream", () => inner.Events!.DeleteAsync(stream, cancellationToken));

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default) => Run("list", () => inner.Events!.ListAsync(scan, cancellationToken));

    public ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default) => Subscribe is { } subscribe ? subscribe(scope, cancellationToken) : inner.Changes!.SubscribeAsync(scope, cancellationToken);

    private async ValueTask<T> Run<T>(string name, Func<ValueTask<T>> call)
    {
        var number = Interlocked.Increment(ref calls);
        await Before(name, number);
        var result = await call();
        await After(name, number);
        return result;
    }
}
