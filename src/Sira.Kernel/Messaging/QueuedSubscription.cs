using System.Threading.Channels;

namespace Sira.Kernel.Messaging;

/// <summary>A subscriber that is called off the publisher's path: one pump takes the messages from a bounded queue, one after the other.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed class QueuedSubscription<T> : Subscription<T>, IAsyncDisposable
{
    private readonly Func<T, CancellationToken, ValueTask> handler;
    private readonly Channel<T> queue;
    private readonly CancellationTokenSource stopping = new();
    private readonly TimeSpan drainTimeout;
    private readonly Task pump;

    public QueuedSubscription(MessageBus bus, Func<T, CancellationToken, ValueTask> handler, QueuedSubscriptionOptions options)
        : base(bus)
    {
        this.handler = handler;
        drainTimeout = options.DrainTimeout;
        queue = Channel.CreateBounded<T>(
            new BoundedChannelOptions(options.Capacity)
            {
                SingleReader = true,
                FullMode = options.Overflow switch
                {
                    QueueOverflow.DropNewest => BoundedChannelFullMode.DropWrite,
                    QueueOverflow.Wait => BoundedChannelFullMode.Wait,
                    _ => BoundedChannelFullMode.DropOldest,
                },
            },
            static _ => MessagingMetrics.Dropped(typeof(T)));

        // Not the subscriber's context: its activity and its other ambient values would live as long as the pump.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            pump = PumpAsync();
        }
    }

    public override void Deliver(in T message)
    {
        // False where the overflow is Wait and there is no room, or the subscription is ending.
        if (!queue.Writer.TryWrite(message) && !Ended)
        {
            MessagingMetrics.Dropped(typeof(T));
        }
    }

    public override ValueTask DeliverAsync(T message, CancellationToken cancellationToken) =>
        queue.Writer.TryWrite(message) ? default : WaitForRoomAsync(message, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        End();
        if (ReferenceEquals(MessageBus.RunningPump.Value, this))
        {
            // The handler ends its own subscription: waiting for the pump would be waiting for itself.
            return;
        }

        if (pump.IsCompleted)
        {
            return;
        }

        using var timer = Bus.Time.CreateTimer(static state => ((QueuedSubscription<T>)state!).StopHandler(), this, drainTimeout, Timeout.InfiniteTimeSpan);
        await pump.ConfigureAwait(false);
    }

    protected override void OnEnded()
    {
        base.OnEnded();
        queue.Writer.TryComplete();
    }

    private async ValueTask WaitForRoomAsync(T message, CancellationToken cancellationToken)
    {
        while (await queue.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false))
        {
            if (queue.Writer.TryWrite(message))
            {
                return;
            }
        }
    }

    private void StopHandler()
    {
        try
        {
            stopping.Cancel();
        }
        catch (AggregateException exception)
        {
            // Thrown by what the handler registered on its token; on a timer's thread it would end the process.
            Bus.Fault(typeof(T), exception);
        }
    }

    private async Task PumpAsync()
    {
        // Away from the subscriber first; what is set before the first wait would be lost with the suppressed context.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        MessageBus.RunningPump.Value = this;
        while (await queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (queue.Reader.TryRead(out var message))
            {
                await HandleAsync(message).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask HandleAsync(T message)
    {
        if (stopping.IsCancellationRequested)
        {
            MessagingMetrics.Dropped(typeof(T));
            return;
        }

        try
        {
            await handler(message, stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            MessagingMetrics.Dropped(typeof(T));
        }
        catch (Exception exception)
        {
            Bus.Fault(typeof(T), exception);
        }
    }
}
