using Sira.Kernel.Messaging.Consumers;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>One topic, whatever it carries.</summary>
internal abstract class Topic(TopicHub hub, string name)
{
    private long published;
    private long unmatched;
    private long duplicates;

    public TopicHub Hub => hub;

    public string Name => name;

    public abstract Type MessageType { get; }

    public abstract bool IsDurable { get; }

    /// <summary>Gets or sets how many handles there are; changed under the hub's lock.</summary>
    public int Handles { get; set; }

    public bool IsEnded { get; set; }

    /// <summary>Takes note of who listens, in their order.</summary>
    public abstract void SetGroups(IEnumerable<ConsumerGroup> matching);

    public TopicSnapshot Snapshot() => new()
    {
        Topic = name,
        MessageType = MessageType.Name,
        IsDurable = IsDurable,
        Published = Volatile.Read(ref published),
        Unmatched = Volatile.Read(ref unmatched),
        Duplicates = Volatile.Read(ref duplicates),
    };

    protected void CountPublished()
    {
        Interlocked.Increment(ref published);
        TopicMetrics.Published(name);
    }

    protected void CountUnmatched()
    {
        Interlocked.Increment(ref unmatched);
        TopicMetrics.Unmatched(name);
    }

    protected void CountDuplicate()
    {
        Interlocked.Increment(ref duplicates);
        TopicMetrics.Duplicate(name);
    }
}
