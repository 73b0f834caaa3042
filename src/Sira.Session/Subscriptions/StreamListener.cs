using Sira.Storage.Keys;

namespace Sira.Session.Subscriptions;

/// <summary>Waits for more events of a log.</summary>
internal sealed class StreamListener(StreamSignals signals, StoreKey stream) : IAsyncDisposable
{
    /// <summary>How many times less often is looked where the engine tells of events: only for what it does not tell of, which is that a log was deleted.</summary>
    public const int Patience = 20;

    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? timer;

    public StoreKey Stream => stream;

    /// <summary>Ends when there may be more than when it was asked for.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    /// <summary>Looks from time to time.</summary>
    public void Wake(TimeProvider time, TimeSpan period)
    {
        if (Volatile.Read(ref timer) is { } running)
        {
            running.Change(period, period);
            return;
        }

        var begun = time.CreateTimer(static listener => ((StreamListener)listener!).Pulse(), this, period, period);
        if (Interlocked.CompareExchange(ref timer, begun, null) is { } other)
        {
            begun.Dispose();
            other.Change(period, period);
        }
    }

    public void Pulse() => Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    public async ValueTask DisposeAsync()
    {
        if (timer is not null)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        await signals.LeaveAsync(this).ConfigureAwait(false);
    }
}
