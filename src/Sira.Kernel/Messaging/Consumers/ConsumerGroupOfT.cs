using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Durable;
using Sira.Kernel.Messaging.Queueing;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Messaging.Consumers;

/// <summary>One consumer group: its queue, its subscriptions, and what becomes of each message.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed class ConsumerGroup<T> : ConsumerGroup, IDisposable
{
    private readonly Lock gate = new();
    private readonly List<TopicSubscription<T>> subscriptions = [];
    private DurableFeed<T>? feed;
    private Task? opening;
    private bool closed;

    public ConsumerGroup(TopicHub hub, string name, TopicPattern pattern, long order, ConsumerOptions<T> options)
        : base(hub, name, pattern, order)
    {
        Options = options;
        Queue = new GroupQueue<T>(options.Capacity, options.MaximumDelayed, options.Partitions, Overflow, hub.Time, () => CountDropped(1));
    }

    public ConsumerOptions<T> Options { get; }

    public GroupQueue<T> Queue { get; }

    /// <summary>Gets what keeps the group's progress; <see langword="null"/> where it is not durable.</summary>
    public DurableProgress<T>? Progress { get; private set; }

    public override Type MessageType => typeof(T);

    public override bool IsDurable => Options.IsDurable;

    public override int Capacity => Options.Capacity;

    public override QueueOverflow Overflow => IsDurable ? QueueOverflow.Wait : Options.Overflow;

    public override bool HasSubscriptions => Subscriptions > 0;

    public override bool IsShared => Subscriptions > 1;

    private int Subscriptions
    {
        get
        {
            lock (gate)
            {
                return subscriptions.Count;
            }
        }
    }

    public bool TryJoin(TopicSubscription<T> subscription)
    {
        lock (gate)
        {
            if (closed)
            {
                return false;
            }

            subscriptions.Add(subscription);
            return true;
        }
    }

    /// <summary>Makes this bus the owner of the durable group, and begins to read.</summary>
    public Task OpenAsync()
    {
        lock (gate)
        {
            return opening ??= OpenOnceAsync();
        }
    }

    /// <summary>Takes a subscription out.</summary>
    /// <returns>Whether it was the last, so that the group ends.</returns>
    public bool Leave(TopicSubscription<T> subscription)
    {
        lock (gate)
        {
            if (!subscriptions.Remove(subscription) || subscriptions.Count > 0)
            {
                return false;
            }

            closed = true;
        }

        Hub.Remove(this);
        return true;
    }

    public override void End()
    {
        lock (gate)
        {
            closed = true;
        }

        feed?.Dispose();
        var left = Queue.End();
        if (IsDurable)
        {
            return;
        }

        left += Hub.MemoryLetters.RemoveGroup(this);
        if (left > 0)
        {
            CountDropped(left);
            Hub.Log.GroupEndedWithMessages(Name, left);
        }
    }

    public void Dispose() => End();

    public async Task DeliverAsync(PendingMessage<T> pending, Func<MessageContext<T>, CancellationToken, ValueTask> handler, CancellationToken stopping)
    {
        var metadata = pending.Metadata;
        if (pending.ExpiresAt <= Queue.Now)
        {
            SetAside(pending, DeadLetterReason.Expired, exception: null, "Its time to live had passed before a handler was free.");
            return;
        }

        if (pending.IsSuspect && Progress is { } progress)
        {
            if (pending.Crashes >= Options.MaximumCrashes)
            {
                SetAside(pending, DeadLetterReason.Poison, exception: null, $"The process died {pending.Crashes} times while the message was in work.");
                return;
            }

            // Before the handler sees it: if the process dies of it once more, that is on record.
            if (!await progress.TrySuspectAsync(pending, stopping).ConfigureAwait(false))
            {
                Abandoned(pending);
                return;
            }
        }

        pending.Deliveries++;
        CountDelivered(metadata.Topic);
        if (TopicMetrics.MeasuresQueueTime)
        {
            TopicMetrics.Waited(metadata.Topic, Name, Queue.Since(pending.QueuedAt));
        }

        var context = new MessageContext<T>(this, pending, stopping);
        using var activity = MessageTracing.StartProcess(metadata, Name, pending);
        try
        {
            await handler(context, context.CancellationToken).ConfigureAwait(false);
            if (Options.Acknowledgement == AcknowledgementMode.OnReturn)
            {
                context.Acknowledge();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            context.Abandon();
        }
        catch (OperationCanceledException) when (context is { IsSettled: true, CancellationToken.IsCancellationRequested: true })
        {
            // Its window has passed, and it has stopped as it was asked to.
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", exception.GetType().FullName);
            context.Fail(exception);
        }
        finally
        {
            context.Leave();
        }
    }

    public void Acknowledged(PendingMessage<T> pending)
    {
        CountAcknowledged();
        Progress?.Done(pending);
        Queue.Complete(pending);
    }

    /// <summary>The subscription that had it ended first. Another one of the group takes it up, before those of its key that wait behind it.</summary>
    public void Abandoned(PendingMessage<T> pending)
    {
        // On record as begun, perhaps; it was stopped, and the process lives.
        Progress?.Retrying(pending, Hub.Time.GetUtcNow());
        if (Queue.TryReturn(pending))
        {
            return;
        }

        if (!IsDurable)
        {
            CountDropped(1);
        }

        Queue.Complete(pending);
    }

    public void Failed(PendingMessage<T> pending, Exception? exception, string error, DeadLetterReason reason, TimeSpan? after)
    {
        pending.FirstFailedAt ??= Hub.Time.GetUtcNow();
        var retry = Options.Retry;
        if (exception is not null && !IsWorthRetry(exception))
        {
            SetAside(pending, DeadLetterReason.Rejected, exception, error);
            return;
        }

        if (pending.Deliveries >= retry.MaximumDeliveries)
        {
            SetAside(pending, reason, exception, error);
            return;
        }

        var delay = after ?? retry.DelayAfter(pending.Deliveries, Hub.Random);
        CountRetried(pending.Metadata.Topic);
        Hub.Log.DeliveryFailed(pending.Metadata.Topic, Name, pending.Metadata.Id, pending.Deliveries, delay, exception);
        Progress?.Retrying(pending, Hub.Time.GetUtcNow() + delay);
        Queue.Retry(pending, delay);
    }

    public void SetAside(PendingMessage<T> pending, DeadLetterReason reason, Exception? exception, string error)
    {
        SetAside(pending, Describe(pending, reason, exception, error), exception);
        Queue.Complete(pending);
    }

    /// <summary>Sets a message aside that did not come into the queue.</summary>
    public void SetAsideUnqueued(PendingMessage<T> pending, DeadLetterReason reason, Exception exception) =>
        SetAside(pending, Describe(pending, reason, exception, exception.Message), exception);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A filter is the host's code; what it throws becomes a dead letter.")]
    public bool? Accepts(T body, MessageMetadata metadata, out Exception? exception)
    {
        exception = null;
        if (Options.Filter is not { } filter)
        {
            return true;
        }

        try
        {
            return filter.Accepts(body, metadata);
        }
        catch (Exception thrown)
        {
            exception = thrown;
            return null;
        }
    }

    public override bool TryRedrive(object message)
    {
        var (body, metadata) = (MemoryMessage<T>)message;
        if (!Queue.TryReserve())
        {
            return false;
        }

        Queue.Add(new PendingMessage<T>(body, metadata with { NotBefore = null, ExpiresAt = null, Redrives = metadata.Redrives + 1 }));
        return true;
    }

    protected override (int Held, int Delayed, int InWork, TimeSpan OldestAge) Measure() => Queue.Measure();

    private async Task OpenOnceAsync()
    {
        var opened = await Hub.Journal!.OpenGroupAsync(Name, Pattern.Text, Options.Start, CancellationToken.None).ConfigureAwait(false);
        Progress = new DurableProgress<T>(Hub, Name, opened, End);
        feed = new DurableFeed<T>(Hub, this, opened);
        feed.Start();
    }

    private void SetAside(PendingMessage<T> pending, DeadLetter letter, Exception? exception)
    {
        if (Progress is { } progress)
        {
            progress.SetAside(pending, letter);
        }
        else
        {
            letter = Hub.MemoryLetters.Add(letter, new MemoryMessage<T>(pending.Body, pending.Metadata), this);
        }

        CountDeadLettered(letter.Message.Topic, letter.Reason);
        Hub.Log.SetAside(letter.Message.Topic, Name, letter.Message.Id, letter.Reason, letter.Deliveries, exception);
        Hub.Publish(new MessageDeadLettered(letter));
    }

    private DeadLetter Describe(PendingMessage<T> pending, DeadLetterReason reason, Exception? exception, string error)
    {
        var now = Hub.Time.GetUtcNow();
        return new DeadLetter
        {
            IsDurable = IsDurable,
            Group = Name,
            Reason = reason,
            Message = pending.Metadata,
            ExceptionType = exception?.GetType().FullName,
            Error = SecretText.Mask(error),
            Deliveries = pending.Deliveries,
            FirstFailedAt = pending.FirstFailedAt ?? now,
            LastFailedAt = now,
        };
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The predicate is the host's code; where it throws, the safe answer is to try again.")]
    private bool IsWorthRetry(Exception exception)
    {
        try
        {
            return Options.Retry.ShouldRetry?.Invoke(exception) ?? true;
        }
        catch (Exception thrown)
        {
            Hub.HandlerFault(typeof(T), thrown);
            return true;
        }
    }
}
