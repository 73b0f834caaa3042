namespace Sira.Kernel.Messaging;

/// <summary>The queue of an asynchronous subscription.</summary>
public sealed record QueuedSubscriptionOptions
{
    /// <summary>Gets how many messages may wait; at least 1.</summary>
    /// <value>Default 1024.</value>
    public int Capacity { get; init; } = 1024;

    /// <summary>Gets what happens to a message that finds the queue full.</summary>
    /// <value>Default <see cref="QueueOverflow.DropOldest"/>: a slow listener never slows a request. With <see cref="QueueOverflow.Wait"/>, <see cref="IMessageBus.PublishAsync"/> waits for room; <see cref="QueueOverflow.Reject"/> is for topics only.</value>
    public QueueOverflow Overflow { get; init; } = QueueOverflow.DropOldest;

    /// <summary>Gets how long an ending subscription goes on handling what is queued. After that the token of the running handler is cancelled, and what still waits is dropped and counted.</summary>
    /// <value>Default 10 seconds, a third of the host's default shutdown timeout; <see cref="Timeout.InfiniteTimeSpan"/> handles everything however long it takes.</value>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
