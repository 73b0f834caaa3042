namespace Sira.Kernel.Messaging.Consumers;

/// <summary>One consumer group at one moment. The numbers count from the beginning of the group in this process and are read one after the other.</summary>
public sealed record GroupSnapshot
{
    /// <summary>Gets the name of the group.</summary>
    public required string Group { get; init; }

    /// <summary>Gets the topics that it is for.</summary>
    public required string Pattern { get; init; }

    /// <summary>Gets whether it is kept in the journal.</summary>
    public bool IsDurable { get; init; }

    /// <summary>Gets whether it answers requests; its pattern is their name then.</summary>
    public bool AnswersRequests { get; init; }

    /// <summary>Gets how many messages it holds at most; of a durable group, how far it reads ahead.</summary>
    public int Capacity { get; init; }

    /// <summary>Gets what becomes of a message that finds it full.</summary>
    public QueueOverflow Overflow { get; init; }

    /// <summary>Gets how many messages wait in memory, those that wait for a retry included; a durable group has more in the journal.</summary>
    public int Waiting { get; init; }

    /// <summary>Gets how many messages are delayed by their publisher.</summary>
    public int Delayed { get; init; }

    /// <summary>Gets how many messages are in work.</summary>
    public int InWork { get; init; }

    /// <summary>Gets how long the message has waited that has waited longest.</summary>
    public TimeSpan OldestAge { get; init; }

    /// <summary>Gets how often a handler was given a message.</summary>
    public long Delivered { get; init; }

    /// <summary>Gets how many messages were handled.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Gets how often a message was put back for a retry.</summary>
    public long Retried { get; init; }

    /// <summary>Gets how many messages were set aside.</summary>
    public long DeadLettered { get; init; }

    /// <summary>Gets how many messages were dropped.</summary>
    public long Dropped { get; init; }
}
