namespace Sira.Kernel.Messaging.Topics;

/// <summary>What came of publishing a message.</summary>
/// <param name="MessageId">The message's id.</param>
/// <param name="Groups">How many consumer groups of this bus get it, the durable ones included. With 0 nobody listened; see <see cref="TopicOptions{T}.KeepUnmatched"/>.</param>
/// <param name="IsDuplicate">Whether a message of this id was published before, so that this one was not.</param>
public readonly record struct PublishResult(string MessageId, int Groups, bool IsDuplicate = false);
