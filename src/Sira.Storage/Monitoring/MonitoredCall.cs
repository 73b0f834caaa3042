using System.Runtime.CompilerServices;

namespace Sira.Storage.Monitoring;

/// <summary>Waits for calls that have not ended at once.</summary>
internal static class MonitoredCall
{
    /// <summary>Returns what a call returns. One that has ended well at once, of which nobody wants to know and nothing is to be learned, costs three comparisons: inlined, because its result is too large to be handed on for nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueTask<T> End<T>(this EngineMonitor monitor, ValueTask<T> call, MonitoredOperation operation, long begun, CancellationToken cancellationToken) =>
        call.IsCompletedSuccessfully && monitor.IsUneventful(operation, begun) ? call : AwaitAsync(monitor, call, operation, begun, cancellationToken);

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
