using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Monitoring;

/// <summary>The logs of an engine, watched.</summary>
internal sealed class MonitoredEventLog(IEventLog inner, EngineMonitor monitor) : IEventLog
{
    public ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<AppendResult> call;
        try
        {
            call = inner.AppendAsync(stream, expected, events, options, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Append, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.Append, begun, cancellationToken);
    }

    public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<EventPage> call;
        try
        {
            call = inner.ReadAsync(stream, after, maximum, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Read, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.Read, begun, cancellationToken);
    }

    public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<EventPage> call;
        try
        {
            call = inner.ReadAllAsync(@namespace, after, maximum, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.ReadAll, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.ReadAll, begun, cancellationToken);
    }

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<long> call;
        try
        {
            call = inner.GetVersionAsync(stream, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Version, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.Version, begun, cancellationToken);
    }

    public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<long> call;
        try
        {
            call = inner.TrimAsync(stream, upTo, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Trim, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.Trim, begun, cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<bool> call;
        try
        {
            call = inner.DeleteAsync(stream, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.DeleteStream, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.DeleteStream, begun, cancellationToken);
    }

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<StreamPage> call;
        try
        {
            call = inner.ListAsync(scan, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.ListStreams, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.ListStreams, begun, cancellationToken);
    }
}
