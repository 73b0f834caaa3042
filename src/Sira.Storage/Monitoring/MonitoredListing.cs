using Sira.Storage.Keys;

namespace Sira.Storage.Monitoring;

/// <summary>One listing of an engine's partitions: one operation, which takes the time that the engine needs, without that of who reads it.</summary>
internal sealed class MonitoredListing(IStorageEngine engine, EngineMonitor monitor, string? @namespace, CancellationToken cancellationToken) : IAsyncDisposable
{
    private IAsyncEnumerator<StorePartition>? partitions;
    private TimeSpan elapsed;
    private bool isFailed;

    public StorePartition Current => partitions!.Current;

    public async ValueTask<bool> MoveNextAsync()
    {
        var begun = monitor.Begin();
        try
        {
            partitions ??= engine.ListPartitionsAsync(@namespace, cancellationToken).GetAsyncEnumerator(cancellationToken);
            var isThere = await partitions.MoveNextAsync().ConfigureAwait(false);
            elapsed += monitor.Elapsed(begun);
            return isThere;
        }
        catch (Exception exception)
        {
            isFailed = true;
            monitor.Fail(MonitoredOperation.ListPartitions, elapsed + monitor.Elapsed(begun), exception, cancellationToken);
            throw;
        }
    }

    // Who reads no further has what he wanted.
    public async ValueTask DisposeAsync()
    {
        if (!isFailed)
        {
            monitor.Succeed(MonitoredOperation.ListPartitions, elapsed);
        }

        if (partitions is not null)
        {
            await partitions.DisposeAsync().ConfigureAwait(false);
        }
    }
}
