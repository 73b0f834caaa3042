using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Errors;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>A named topic of typed messages. Thread-safe.</summary>
/// <typeparam name="T">The type of its messages.</typeparam>
/// <remarks>Dispose of it when it is no longer published to: the bus forgets the topic when the last who asked for it has done so. Subscriptions go on.</remarks>
public interface ITopic<T> : IDisposable
{
    /// <summary>Gets the name.</summary>
    string Name { get; }

    /// <summary>Publishes a message to each consumer group that listens.</summary>
    /// <param name="message">The message. Consumers in this process get this very object, unless they are durable; do not change it any more.</param>
    /// <param name="options">Key, priority, delay and the like.</param>
    /// <param name="cancellationToken">Ends the waiting for room, after which nobody has the message, or for the journal, which may keep the message yet.</param>
    /// <returns>A task that ends when every group has the message in its queue and, on a durable topic, the journal keeps it.</returns>
    /// <exception cref="QueueFullException">A group whose overflow is <see cref="QueueOverflow.Reject"/> is full, or holds as many delayed messages as it may. Nobody has the message.</exception>
    /// <exception cref="Envelopes.EnvelopeException">The message is larger than the topic allows.</exception>
    /// <exception cref="JournalException">The journal failed.</exception>
    /// <exception cref="ObjectDisposedException">The bus was disposed of, or this topic.</exception>
    ValueTask<PublishResult> PublishAsync(T message, PublishOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Subscribes to this topic alone; as <see cref="IMessageBus.SubscribeAsync"/> with its name, and with its codec where the options have none.</summary>
    /// <param name="handler">Handles one message.</param>
    /// <param name="options">Group, concurrency, retries and the like.</param>
    /// <param name="cancellationToken">Ends the opening of a durable group.</param>
    /// <returns>The subscription; dispose of it to end it.</returns>
    ValueTask<ITopicSubscription> SubscribeAsync(Func<MessageContext<T>, CancellationToken, ValueTask> handler, ConsumerOptions<T>? options = null, CancellationToken cancellationToken = default);
}
