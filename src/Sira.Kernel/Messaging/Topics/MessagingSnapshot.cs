using Sira.Kernel.Messaging.Consumers;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>What goes on on a bus at one moment.</summary>
/// <param name="Topics">The topics that somebody holds, by name.</param>
/// <param name="Groups">The consumer groups, by name.</param>
public sealed record MessagingSnapshot(IReadOnlyList<TopicSnapshot> Topics, IReadOnlyList<GroupSnapshot> Groups)
{
    /// <summary>Gets how many dead letters are kept in memory, those of durable groups apart.</summary>
    public int DeadLettersInMemory { get; init; }
}
