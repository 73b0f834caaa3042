using Sira.Kernel.Messaging;

namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>A consumer group of the message bus, or those who answer one kind of request, at one instant. The numbers count from its beginning in this process.</summary>
/// <param name="Name">The name of the group; <c>~</c> and a number for one without a name.</param>
/// <param name="Pattern">The topics that it is for, or the name of the requests that it answers.</param>
/// <param name="Waiting">How many messages wait in memory, those that wait for a retry included; a durable group has more in the journal.</param>
/// <param name="Delayed">How many are delayed by their publishers.</param>
/// <param name="InWork">How many are in work.</param>
/// <param name="OldestAge">How long the one has waited that has waited longest.</param>
public sealed record GroupStatus(string Name, string Pattern, int Waiting, int Delayed, int InWork, TimeSpan OldestAge)
{
    /// <summary>Gets whether it answers requests.</summary>
    public bool AnswersRequests { get; init; }

    /// <summary>Gets whether its progress is kept in the journal.</summary>
    public bool IsDurable { get; init; }

    /// <summary>Gets how many messages it holds at most; of a durable group, how far it reads ahead.</summary>
    public int Capacity { get; init; }

    /// <summary>Gets what becomes of a message that finds it full.</summary>
    public QueueOverflow Overflow { get; init; }

    /// <summary>Gets how many messages were handled.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Gets how often a message was put back for a retry.</summary>
    public long Retried { get; init; }

    /// <summary>Gets how many messages were set aside as dead letters.</summary>
    public long DeadLettered { get; init; }

    /// <summary>Gets how many messages were dropped.</summary>
    public long Dropped { get; init; }
}
