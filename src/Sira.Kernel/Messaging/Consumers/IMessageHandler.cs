namespace Sira.Kernel.Messaging.Consumers;

/// <summary>Handles the messages of a subscriber that is declared with <c>AddSubscriber</c>. Made anew for each message, in a scope of its own, unless it is registered otherwise.</summary>
/// <typeparam name="T">The type of message.</typeparam>
public interface IMessageHandler<T>
{
    /// <summary>Handles one message. When it returns, the message is handled; when it throws, it is delivered again, and at last set aside.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancelled when the subscriber ends and its drain timeout has passed, or the acknowledgement window has.</param>
    /// <returns>A task that ends when it is handled.</returns>
    ValueTask HandleAsync(MessageContext<T> message, CancellationToken cancellationToken);
}
