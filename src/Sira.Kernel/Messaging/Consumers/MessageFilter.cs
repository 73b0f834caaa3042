namespace Sira.Kernel.Messaging.Consumers;

/// <summary>A filter from a delegate.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <param name="name">Its name.</param>
/// <param name="accepts">Decides on one message.</param>
public sealed class MessageFilter<T>(string name, Func<T, MessageMetadata, bool> accepts) : IMessageFilter<T>
{
    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public bool Accepts(T message, MessageMetadata metadata) => accepts(message, metadata);
}
