namespace Sira.Kernel.Messaging.Consumers;

/// <summary>Decides by content which messages a group gets.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <remarks>Implementations are thread-safe and quick: they run on the publisher's thread, and for durable groups while the journal is read. A message whose filter throws becomes a dead letter of the group.</remarks>
public interface IMessageFilter<in T>
{
    /// <summary>Gets the name, for logs and snapshots.</summary>
    string Name { get; }

    /// <summary>Decides on one message.</summary>
    /// <param name="message">The content.</param>
    /// <param name="metadata">Topic, key, headers and the like.</param>
    /// <returns>Whether the group gets it.</returns>
    bool Accepts(T message, MessageMetadata metadata);
}
