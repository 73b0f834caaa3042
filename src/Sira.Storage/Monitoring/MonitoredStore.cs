using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Monitoring;

/// <summary>The values of an engine, watched. Written out instead of by a delegate: reading a value from memory must cost neither that nor an allocation.</summary>
internal sealed class MonitoredStore(IStore inner, EngineMonitor monitor) : IStore
{
    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<StoreEntry?> call;
        try
        {
            call = inner.GetAsync(key, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Get, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.Get, begun, cancellationToken);
    }

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<WriteResult> call;
        try
        {
            call = inner.PutAsync(key, value, options, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Put, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.Put, begun, cancellationToken);
    }

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<WriteResult> call;
        try
        {
            call = inner.DeleteAsync(key, options, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Delete, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.Delete, begun, cancellationToken);
    }

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<StorePage> call;
        try
        {
            call = inner.ScanAsync(scan, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Scan, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.Scan, begun, cancellationToken);
    }

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<BatchResult> call;
        try
        {
            call = inner.WriteAsync(batch, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Batch, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.Batch, begun, cancellationToken);
    }
}
