using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Requests;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Messaging.Consumers;

/// <summary>One consumer group, whatever it consumes.</summary>
internal abstract class ConsumerGroup(TopicHub hub, string name, TopicPattern pattern, long order)
{
    private long delivered;
    private long acknowledged;
    private long retried;
    private long deadLettered;
    private long dropped;

    public TopicHub Hub => hub;

    public string Name => name;

    public TopicPattern Pattern => pattern;

    /// <summary>Gets the order in which groups came; publishers ask for room in this order, so that two of them never wait for each other.</summary>
    public long Order => order;

    public abstract Type MessageType { get; }

    public abstract bool IsDurable { get; }

    public abstract bool HasSubscriptions { get; }

    /// <summary>Gets whether there are several subscriptions.</summary>
    public abstract bool IsShared { get; }

    public abstract int Capacity { get; }

    public abstract QueueOverflow Overflow { get; }

    private bool AnswersRequests => pattern.Text.StartsWith(RequestRouter.Prefix, StringComparison.Ordinal);

    public abstract void End();

    /// <summary>Delivers a dead letter of the group again, if there is room for it now.</summary>
    public abstract bool TryRedrive(object message);

    public GroupSnapshot Snapshot()
    {
        var (held, delayed, inWork, oldest) = Measure();
        return new GroupSnapshot
        {
            Group = name,
            Pattern = AnswersRequests ? pattern.Text[RequestRouter.Prefix.Length..] : pattern.Text,
            AnswersRequests = AnswersRequests,
            Capacity = Capacity,
            Overflow = Overflow,
            IsDurable = IsDurable,
            Waiting = held - inWork,
            Delayed = delayed,
            InWork = inWork,
            OldestAge = oldest,
            Delivered = Volatile.Read(ref delivered),
            Acknowledged = Volatile.Read(ref acknowledged),
            Retried = Volatile.Read(ref retried),
            DeadLettered = Volatile.Read(ref deadLettered),
            Dropped = Volatile.Read(ref dropped),
        };
    }

    protected abstract (int Held, int Delayed, int InWork, TimeSpan OldestAge) Measure();

    protected void CountDelivered(string topic)
    {
        TopicMetrics.Delivered(topic, name);
        Interlocked.Increment(ref delivered);
    }

    protected void CountAcknowledged() => Interlocked.Increment(ref acknowledged);

    protected void CountRetried(string topic)
    {
        TopicMetrics.Retried(topic, name);
        Interlocked.Increment(ref retried);
    }

    protected void CountDeadLettered(string topic, DeadLetterReason reason)
    {
        TopicMetrics.DeadLettered(topic, name, reason);
        Interlocked.Increment(ref deadLettered);
    }

    protected void CountDropped(int count)
    {
        Interlocked.Add(ref dropped, count);
        MessagingMetrics.Dropped(MessageType, count);
    }
}
