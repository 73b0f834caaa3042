using System.Runtime.CompilerServices;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage.Monitoring;

/// <summary>An engine whose operations are measured and whose failures are remembered. What it can do stays as it is.</summary>
internal sealed class MonitoredEngine(IStorageEngine inner, EngineMonitor monitor) : IStorageEngine
{
    public string Name => inner.Name;

    public StorageCapabilities Capabilities { get; } = inner.Capabilities;

    public IStore Store { get; } = new MonitoredStore(inner.Store, monitor);

    public IEventLog? Events { get; } = inner.Events is { } events ? new MonitoredEventLog(events, monitor) : null;

    public IChangeFeed? Changes { get; } = inner.Changes is { } changes ? new MonitoredChangeFeed(changes, monitor) : null;

    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        try
        {
            await inner.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Open, begun, exception, cancellationToken);
            throw;
        }

        monitor.Succeed(MonitoredOperation.Open, begun);
    }

    public async IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var listing = new MonitoredListing(inner, monitor, @namespace, cancellationToken);
        await using (listing.ConfigureAwait(false))
        {
            while (await listing.MoveNextAsync().ConfigureAwait(false))
            {
                yield return listing.Current;
            }
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
