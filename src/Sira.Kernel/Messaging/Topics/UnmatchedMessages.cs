using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Queueing;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>Messages that nobody listened to, kept for a while for whoever comes.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed class UnmatchedMessages<T>(TopicHub hub, TopicOptions<T> options)
{
    private readonly Lock gate = new();
    private readonly Queue<(T Message, MessageMetadata Metadata, long Until)> kept = new();

    public void Keep(T message, MessageMetadata metadata)
    {
        // What a durable topic keeps is in its journal.
        if (options.IsDurable || options.KeepFor == TimeSpan.Zero)
        {
            return;
        }

        lock (gate)
        {
            Forget();
            if (kept.Count >= options.UnmatchedCapacity)
            {
                kept.Dequeue();
                MessagingMetrics.Dropped(typeof(T));
            }

            kept.Enqueue((message, metadata, hub.After(options.KeepFor)));
        }
    }

    /// <summary>Hands what is kept to the groups that listen now, as far as they have room; what does not fit stays.</summary>
    public void DeliverTo(ConsumerGroup<T>[] groups)
    {
        lock (gate)
        {
            Forget();
            while (kept.TryPeek(out var next) && Array.TrueForAll(groups, static group => group.Queue.Measure().Held < group.Options.Capacity))
            {
                kept.Dequeue();
                foreach (var group in groups)
                {
                    Deliver(group, next.Message, next.Metadata);
                }
            }
        }
    }

    private void Deliver(ConsumerGroup<T> group, T message, MessageMetadata metadata)
    {
        var accepted = group.Accepts(message, metadata, out var fault);
        if (fault is not null)
        {
            group.SetAsideUnqueued(new PendingMessage<T>(message, metadata), DeadLetters.DeadLetterReason.FilterFailed, fault);
            return;
        }

        if (accepted is not true)
        {
            return;
        }

        var pending = new PendingMessage<T>(message, metadata) { ExpiresAt = hub.ExpiresAt(group.Queue, metadata) };
        if (hub.DelayOf(metadata) is { } delay && group.Queue.ReserveDelayed() == RoomResult.Granted)
        {
            group.Queue.AddTimed(pending, group.Queue.After(delay), isCounted: false, isRetry: false);
        }
        else if (group.Queue.TryReserve())
        {
            group.Queue.Add(pending);
        }
        else
        {
            MessagingMetrics.Dropped(typeof(T));
        }
    }

    private void Forget()
    {
        while (kept.TryPeek(out var oldest) && oldest.Until <= hub.Clock.Now)
        {
            kept.Dequeue();
            MessagingMetrics.Dropped(typeof(T));
        }
    }
}
