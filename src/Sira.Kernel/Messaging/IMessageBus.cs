namespace Sira.Kernel.Messaging;

/// <summary>Tells whoever wants to know what happens. In-process and not durable.</summary>
public interface IMessageBus
{
    /// <summary>Hands a message to every subscriber of <typeparamref name="T"/>, in the order of subscription, before it returns. Allocates nothing; does nothing when nobody listens.</summary>
    /// <typeparam name="T">The type of message; subscribers are found by exactly this type.</typeparam>
    /// <param name="message">The message.</param>
    void Publish<T>(in T message);

    /// <summary>Whether anybody listens, so that building a costly message can be left out.</summary>
    /// <typeparam name="T">The type of message.</typeparam>
    /// <returns><see langword="true"/> if there is a subscriber.</returns>
    bool HasSubscribers<T>();

    /// <summary>Calls a handler for each message on the publisher's thread. A handler that throws is logged and disturbs neither the publisher nor the others.</summary>
    /// <typeparam name="T">The type of message.</typeparam>
    /// <param name="handler">The handler; it must be quick and must not block.</param>
    /// <returns>The subscription; dispose it to end it.</returns>
    IDisposable Subscribe<T>(Action<T> handler);

    /// <summary>Calls an asynchronous handler for each message, one after the other, off the publisher's path, through a bounded queue.</summary>
    /// <typeparam name="T">The type of message.</typeparam>
    /// <param name="handler">The handler.</param>
    /// <param name="options">The bound of the queue and what happens when it is full.</param>
    /// <returns>The subscription; disposing it ends it, and asynchronously also waits until what is queued is handled.</returns>
    IAsyncDisposable Subscribe<T>(Func<T, CancellationToken, ValueTask> handler, QueuedSubscriptionOptions? options = null);
}
