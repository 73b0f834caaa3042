namespace Sira.Kernel.Messaging;

/// <summary>The queue of an asynchronous subscription.</summary>
public sealed record QueuedSubscriptionOptions
{
    /// <summary>Gets how many messages may wait.</summary>
    /// <value>Default 1024.</value>
    public int Capacity { get; init; } = 1024;

    /// <summary>Gets what happens to a message that finds the queue full.</summary>
    /// <value>Default <see cref="QueueOverflow.DropOldest"/>: a slow listener never slows a request.</value>
    public QueueOverflow Overflow { get; init; } = QueueOverflow.DropOldest;
}
