using Sira.Kernel.Time;

namespace Sira.Kernel.Messaging.Consumers;

/// <summary>One subscription of a group: as many workers as it handles messages at once.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed class TopicSubscription<T> : ITopicSubscription
{
    // For what a handler still does once its token is cancelled. One that does not look at its token must not keep its host from ending.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly ConsumerGroup<T> group;
    private readonly Func<MessageContext<T>, CancellationToken, ValueTask> handler;
    private readonly TimeSpan drainTimeout;
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task workers = Task.CompletedTask;
    private int leaving;

    public TopicSubscription(ConsumerGroup<T> group, Func<MessageContext<T>, CancellationToken, ValueTask> handler, TimeSpan drainTimeout) =>
        (this.group, this.handler, this.drainTimeout) = (group, handler, drainTimeout);

    public string Group => group.Name;

    public string Pattern => group.Pattern.Text;

    /// <summary>Opens the group, unless another subscription has, and starts to work.</summary>
    public async ValueTask StartAsync(int concurrency, CancellationToken cancellationToken)
    {
        if (group.IsDurable)
        {
            await group.OpenAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        Start(concurrency);
    }

    public async ValueTask DisposeAsync()
    {
        var inHandler = MessageBus.RunningPump.Value is HandlerRun { IsRunning: true } run && ReferenceEquals(run.Owner, this);
        if (Interlocked.Exchange(ref leaving, 1) == 0)
        {
            var ending = EndAsync();
            if (!inHandler)
            {
                await ending.ConfigureAwait(false);
            }

            return;
        }

        if (!inHandler)
        {
            await ended.Task.ConfigureAwait(false);
        }
    }

    private void Start(int concurrency)
    {
        var running = new Task[concurrency];
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            for (var i = 0; i < concurrency; i++)
            {
                running[i] = WorkAsync();
            }
        }

        workers = Task.WhenAll(running);
    }

    private async Task EndAsync()
    {
        var wasLast = group.Leave(this);
        if (wasLast && group.IsDurable)
        {
            // What waits is in the journal; handing it out now would only lengthen the end.
            group.End();
        }
        else if (wasLast)
        {
            group.Queue.Drain();
        }
        else
        {
            // Of the last one, those who wait may yet get what a publisher has a place for.
            group.Queue.Dismiss(this);
        }

        using (group.Hub.Time.CreateTimer(static state => ((TopicSubscription<T>)state!).Stop(), this, drainTimeout, Timeout.InfiniteTimeSpan))
        {
            if (drainTimeout == Timeout.InfiniteTimeSpan)
            {
                await workers.ConfigureAwait(false);
            }
            else if (!await InlineDelay.EndsWithinAsync(workers, drainTimeout + Grace, group.Hub.Time).ConfigureAwait(false))
            {
                group.Hub.Log.HandlerLeftBehind(group.Name, Pattern, Grace);
            }
        }

        if (wasLast)
        {
            group.End();
            if (group.Progress is { } progress)
            {
                await progress.CloseAsync(drainTimeout).ConfigureAwait(false);
            }
        }

        group.Hub.Forget(this);
        ended.TrySetResult();
    }

    private void Stop()
    {
        if (group.HasSubscriptions is false)
        {
            group.End();
        }

        try
        {
            stopping.Cancel();
        }
        catch (AggregateException exception)
        {
            // Thrown by what the handler registered on its token; on a timer's thread it would end the process.
            group.Hub.HandlerFault(typeof(T), exception);
        }
    }

    private async Task WorkAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (await group.Queue.TakeAsync(this, HasLeft).ConfigureAwait(false) is { } pending)
        {
            // Anew for each: what a handler has started goes on with it, and is no handler any more when that has returned.
            var run = new HandlerRun(this);
            MessageBus.RunningPump.Value = run;
            try
            {
                await group.DeliverAsync(pending, handler, stopping.Token).ConfigureAwait(false);
            }
            finally
            {
                run.IsRunning = false;
            }
        }
    }

    // The last of a group goes on until its queue is empty.
    private bool HasLeft() => Volatile.Read(ref leaving) != 0 && group.HasSubscriptions;
}
