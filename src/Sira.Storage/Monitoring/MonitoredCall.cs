using System.Runtime.CompilerServices;

namespace Sira.Storage.Monitoring;

/// <summary>Waits for calls that have not ended at once.</summary>
internal static class MonitoredCall
{
    /// <summary>Returns what a call returns. Nothing is allocated for one that has ended well at once, nor where waiting ones follow each other.</summary>
    public static ValueTask<T> End<T>(this EngineMonitor monitor, ValueTask<T> call, MonitoredOperation operation, long begun, CancellationToken cancellationToken)
    {
        if (!call.IsCompletedSuccessfully)
        {
            return AwaitAsync(monitor, call, operation, begun, cancellationToken);
        }

        monitor.Succeed(operation, begun);
        return call;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<T> AwaitAsync<T>(EngineMonitor monitor, ValueTask<T> call, MonitoredOperation operation, long begun, CancellationToken cancellationToken)
    {
        T result;
        try
        {
            result = await call.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            monitor.Fail(operation, begun, exception, cancellationToken);
            throw;
        }

        monitor.Succeed(operation, begun);
        return result;
    }
}
