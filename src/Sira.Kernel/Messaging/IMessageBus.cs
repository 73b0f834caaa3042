using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Requests;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Messaging;

/// <summary>Tells whoever wants to know what happens: events by their type, at once and in-process; and topics by their name, with groups, retries, dead letters and, where both sides ask for it, durability.</summary>
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

    /// <summary>Hands a message to every subscriber of <typeparamref name="T"/> as <see cref="Publish"/> does, and waits for room in the queues whose overflow is <see cref="QueueOverflow.Wait"/>.</summary>
    /// <typeparam name="T">The type of message.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the waiting; subscribers before the one that was waited for have the message.</param>
    /// <returns>A task that ends when every queue has the message.</returns>
    ValueTask PublishAsync<T>(T message, CancellationToken cancellationToken = default);

    /// <summary>Gets the dead letters of the consumer groups.</summary>
    IDeadLetterQueue DeadLetters { get; }

    /// <summary>Opens a topic, which comes into being with it.</summary>
    /// <typeparam name="T">The type of its messages.</typeparam>
    /// <param name="name">Its name: tokens with dots between them, such as <c>orders.created</c>.</param>
    /// <param name="options">How it is; <see langword="null"/> means as it is, or the defaults.</param>
    /// <returns>The topic; dispose of it when it is no longer published to.</returns>
    /// <exception cref="ArgumentException">The name is none.</exception>
    /// <exception cref="Configuration.SiraConfigurationException">An option is out of range.</exception>
    /// <exception cref="Errors.MessagingException">The topic carries another type or has other options, it is durable and the bus has no journal, or there are too many topics.</exception>
    ITopic<T> Topic<T>(string name, TopicOptions<T>? options = null);

    /// <summary>Subscribes to the topics of <typeparamref name="T"/> whose name matches, those that come later too.</summary>
    /// <typeparam name="T">The type of message; topics of another type are not heard.</typeparam>
    /// <param name="pattern">A name, or a pattern where <c>*</c> stands for one token and a final <c>></c> for the rest.</param>
    /// <param name="handler">Handles one message. When it returns, the message is handled; when it throws, it is delivered again, and at last set aside.</param>
    /// <param name="options">Group, concurrency, partitions, retries and the like.</param>
    /// <param name="cancellationToken">Ends the opening of a durable group.</param>
    /// <returns>The subscription, which hears what is published from now on; dispose of it to end it. Only opening a durable group takes time.</returns>
    /// <exception cref="ArgumentException">The pattern is none.</exception>
    /// <exception cref="Configuration.SiraConfigurationException">An option is out of range.</exception>
    /// <exception cref="Errors.MessagingException">The group is in use with other topics, type or options, it is durable and the bus has no journal, or there are too many groups.</exception>
    ValueTask<ITopicSubscription> SubscribeAsync<T>(string pattern, Func<MessageContext<T>, CancellationToken, ValueTask> handler, ConsumerOptions<T>? options = null, CancellationToken cancellationToken = default);

    /// <summary>Asks one of those who <see cref="Respond"/>, in this process.</summary>
    /// <typeparam name="TRequest">The type of the request.</typeparam>
    /// <typeparam name="TReply">The type of the answer.</typeparam>
    /// <param name="name">The name of the request.</param>
    /// <param name="request">The request.</param>
    /// <param name="options">How long to wait.</param>
    /// <param name="cancellationToken">Gives up, and cancels the token of the handler.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="Errors.NoResponderException">Nobody answers such requests.</exception>
    /// <exception cref="Errors.RequestTimeoutException">There was no answer in time.</exception>
    /// <exception cref="Errors.RequestFailedException">The handler failed.</exception>
    /// <exception cref="Errors.QueueFullException">As many requests wait as may.</exception>
    Task<TReply> RequestAsync<TRequest, TReply>(string name, TRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Answers requests.</summary>
    /// <typeparam name="TRequest">The type of the request.</typeparam>
    /// <typeparam name="TReply">The type of the answer.</typeparam>
    /// <param name="name">The name of the request.</param>
    /// <param name="handler">Answers one request; its token is cancelled when nobody waits for the answer any more.</param>
    /// <param name="options">How many at once.</param>
    /// <returns>The responder; dispose of it to end it.</returns>
    IAsyncDisposable Respond<TRequest, TReply>(string name, Func<TRequest, CancellationToken, ValueTask<TReply>> handler, ResponderOptions? options = null);

    /// <summary>Returns what goes on on the topics at this moment.</summary>
    /// <returns>Topics and groups with their numbers.</returns>
    MessagingSnapshot Snapshot();
}
