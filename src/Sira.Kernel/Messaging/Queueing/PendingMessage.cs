using Sira.Kernel.Messaging.Journal;

namespace Sira.Kernel.Messaging.Queueing;

/// <summary>A message in the hands of one group. Changed under the lock of its queue, or by the one worker that has it.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed class PendingMessage<T>(T body, MessageMetadata metadata)
{
    public T Body => body;

    public MessageMetadata Metadata => metadata;

    /// <summary>Gets the record that it was read from; <see langword="null"/> in groups that are not durable.</summary>
    public JournalRecord? Record { get; init; }

    /// <summary>Gets why the content could not be read; it is the default then.</summary>
    public Exception? Unreadable { get; init; }

    public int Deliveries { get; set; }

    public int Crashes { get; set; }

    /// <summary>Gets or sets a value indicating whether the process may have died of it, so that it is delivered alone.</summary>
    public bool IsSuspect { get; set; }

    public DateTimeOffset? FirstFailedAt { get; set; }

    /// <summary>Gets or sets when it came into the queue, in timestamps of the queue's clock.</summary>
    public long QueuedAt { get; set; }

    public long ExpiresAt { get; init; } = long.MaxValue;

    public Lane<T>? Lane { get; set; }

    /// <summary>Gets or sets a value indicating whether it has a place within the capacity of the queue.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Gets or sets a value indicating whether it waits for its retry, and those of its key behind it.</summary>
    public bool IsRetry { get; set; }
}
