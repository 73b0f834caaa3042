using Sira.Errors;

namespace Sira.Gateway.Tests.Support;

internal static class Scripted
{
    public static BackendException Error(BackendErrorKind kind, int? status = null, TimeSpan? retryAfter = null, bool canRotateKey = false) =>
        new(kind, $"scripted {kind}.") { StatusCode = status, RetryAfter = retryAfter, CanRotateKey = canRotateKey };

    /// <summary>Waits for a cancellation, and ends on the thread that cancels: what hops to another thread is a race against virtual time.</summary>
    public static async Task UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource();
        await using (cancellationToken.Register(() => cancelled.TrySetCanceled(cancellationToken)))
        {
            await cancelled.Task;
        }
    }
}
