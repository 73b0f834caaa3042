using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Session.Tests.Support;

/// <summary>An engine that has only what sessions cannot do without: no batches, no change feed.</summary>
internal sealed class StepwiseEngine(IStorageEngine inner) : IStorageEngine
{
    public string Name => inner.Name;

    public StorageCapabilities Capabilities { get; } = inner.Capabilities with
    {
        Features = inner.Capabilities.Features & ~(StorageFeatures.AtomicAppend | StorageFeatures.AtomicBatch | StorageFeatures.ChangeFeed),
    };

    public IStore Store => inner.Store;

    public IEventLog? Events => inner.Events;

    public IChangeFeed? Changes => null;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
