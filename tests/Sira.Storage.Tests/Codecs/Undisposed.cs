using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Codecs;

/// <summary>An engine that several codecs share, as processes share a database: closing one does not close it.</summary>
internal sealed class Undisposed(IStorageEngine inner) : IStorageEngine
{
    public string Name => inner.Name;

    public StorageCapabilities Capabilities => inner.Capabilities;

    public IStore Store => inner.Store;

    public IEventLog? Events => inner.Events;

    public IChangeFeed? Changes => inner.Changes;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
