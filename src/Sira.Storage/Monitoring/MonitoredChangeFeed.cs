using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Storage.Monitoring;

/// <summary>The changes of an engine. Beginning to listen is an operation, listening is none: it has no end.</summary>
internal sealed class MonitoredChangeFeed(IChangeFeed inner, EngineMonitor monitor) : IChangeFeed
{
    public ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default)
    {
        var begun = monitor.Begin();
        ValueTask<IChangeSubscription> call;
        try
        {
            call = inner.SubscribeAsync(scope, cancellationToken);
        }
        catch (Exception exception)
        {
            monitor.Fail(MonitoredOperation.Subscribe, begun, exception, cancellationToken);
            throw;
        }

        return monitor.End(call, MonitoredOperation.Subscribe, begun, cancellationToken);
    }
}
