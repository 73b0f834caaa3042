using Sira.Kernel.Time;

namespace Sira.Kernel.Messaging.Queueing;

/// <summary>Messages that are not due yet, and one timer for the first of them.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <remarks>Changed under the lock of the queue. Due times are monotonic, so that setting the wall clock moves nothing.</remarks>
internal sealed class TimedMessages<T>(TimeProvider time, MonotonicClock clock, Action onDue) : IDisposable
{
    // Timers count in milliseconds; one that is due sooner would fire at once and find nothing due.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly PriorityQueue<PendingMessage<T>, (long Due, long Order)> messages = new();
    private ITimer? timer;
    private long timerDue = long.MaxValue;
    private long order;

    public void Add(PendingMessage<T> message, long due)
    {
        messages.Enqueue(message, (due, ++order));
        if (due < timerDue)
        {
            SetTimer(due);
        }
    }

    /// <summary>Takes what is due; when nothing is, sets the timer for what comes next.</summary>
    public PendingMessage<T>? TakeDue(long now)
    {
        if (messages.TryPeek(out var message, out var next) && next.Due <= now)
        {
            return messages.Dequeue();
        }

        timerDue = long.MaxValue;
        if (message is not null)
        {
            SetTimer(next.Due);
        }

        return null;
    }

    public void Dispose()
    {
        timer?.Dispose();
        messages.Clear();
    }

    private void SetTimer(long due)
    {
        timerDue = due;
        var wait = clock.ToTimeSpan(due - clock.Now);
        wait = wait < Shortest ? Shortest : wait > Longest ? Longest : wait;
        if (timer is not null)
        {
            timer.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }

        // Not the context of whoever happened to publish first: the timer lives as long as the group.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            timer = time.CreateTimer(static state => ((Action)state!)(), onDue, wait, Timeout.InfiniteTimeSpan);
        }
    }
}
