using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Requests;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Time;

namespace Sira.Kernel.Messaging;

/// <summary>The message bus.</summary>
/// <remarks>
/// <para>Thread-safe. Publishing reads one array and calls; subscribing and ending a subscription copy the array of their type.</para>
/// <para>Disposing ends all subscriptions; <see cref="DisposeAsync"/> also waits until what is queued is handled. A bus that was disposed of publishes to nobody.</para>
/// </remarks>
public sealed class MessageBus : IMessageBus, IAsyncDisposable, IDisposable
{
    /// <summary>The queued subscription whose handler is running, so that it can end itself without waiting for itself.</summary>
    internal static readonly AsyncLocal<object?> RunningPump = new();

    // Set while a fault is published on this thread: a fault of whoever listens to faults must not publish the next one for ever.
    [ThreadStatic]
    private static bool publishingFault;

    private readonly ILogger logger;
    private readonly Lock gate = new();

    private readonly TopicHub topics;
    private readonly RequestRouter requests;

    // By MessageType<T>.Index, a Subscription<T>[] with at least one element, or null.
    private Subscription[]?[] subscribers = [];

    // What was subscribed when the bus was disposed of, so that every disposal waits for all of it; null until then.
    private List<Subscription>? ended;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="logger">Where handlers that throw are logged; <see langword="null"/> means nowhere.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="random">The randomness of back-off and ids; <see langword="null"/> means the system's.</param>
    /// <param name="journal">Keeps durable topics; <see langword="null"/> means that there can be none.</param>
    /// <param name="options">The bounds; <see langword="null"/> means the defaults.</param>
    /// <exception cref="Configuration.SiraConfigurationException">An option is out of range.</exception>
    public MessageBus(ILogger<MessageBus>? logger = null, TimeProvider? time = null, IRandomSource? random = null, IMessageJournal? journal = null, MessagingOptions? options = null)
    {
        (this.logger, Time) = (logger ?? NullLogger<MessageBus>.Instance, time ?? TimeProvider.System);
        topics = new TopicHub(this, this.logger, random ?? SystemRandomSource.Instance, journal, options ?? new MessagingOptions());
        requests = new RequestRouter(topics);
        DeadLetters = new DeadLetterQueue(topics);
    }

    /// <inheritdoc />
    public IDeadLetterQueue DeadLetters { get; }

    internal TimeProvider Time { get; }

    /// <inheritdoc />
    public void Publish<T>(in T message)
    {
        var listening = Subscribers<T>();
        if (listening is null)
        {
            return;
        }

        foreach (var subscription in listening)
        {
            if (subscription.Ended)
            {
                continue;
            }

            try
            {
                subscription.Deliver(message);
            }
            catch (Exception exception)
            {
                Fault(typeof(T), exception);
            }
        }
    }

    /// <inheritdoc />
    public bool HasSubscribers<T>() => Subscribers<T>() is not null;

    /// <inheritdoc />
    /// <exception cref="ObjectDisposedException">The bus was disposed of.</exception>
    public IDisposable Subscribe<T>(Action<T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var subscription = new DirectSubscription<T>(this, handler);
        lock (gate)
        {
            Add(subscription);
        }

        return subscription;
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1, the drain timeout is negative, or the overflow is <see cref="QueueOverflow.Reject"/>.</exception>
    /// <exception cref="ObjectDisposedException">The bus was disposed of.</exception>
    public IAsyncDisposable Subscribe<T>(Func<T, CancellationToken, ValueTask> handler, QueuedSubscriptionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        options ??= new QueuedSubscriptionOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1, nameof(options));
        if (options.Overflow == QueueOverflow.Reject)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Overflow, "A publisher that finds its subscribers by type is not refused; use DropOldest, DropNewest or Wait, or a topic.");
        }

        if (options.DrainTimeout < TimeSpan.Zero && options.DrainTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.DrainTimeout, "The drain timeout must not be negative.");
        }

        lock (gate)
        {
            ObjectDisposedException.ThrowIf(ended is not null, this);
            var subscription = new QueuedSubscription<T>(this, handler, options);
            Add(subscription);
            return subscription;
        }
    }

    /// <inheritdoc />
    public async ValueTask PublishAsync<T>(T message, CancellationToken cancellationToken = default)
    {
        foreach (var subscription in Subscribers<T>() ?? [])
        {
            if (subscription.Ended)
            {
                continue;
            }

            try
            {
                var delivery = subscription.DeliverAsync(message, cancellationToken);
                if (!delivery.IsCompletedSuccessfully)
                {
                    await delivery.ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception)
            {
                Fault(typeof(T), exception);
            }
        }
    }

    /// <inheritdoc />
    public ITopic<T> Topic<T>(string name, TopicOptions<T>? options = null) => topics.Topic(name, options);

    /// <inheritdoc />
    public ValueTask<ITopicSubscription> SubscribeAsync<T>(string pattern, Func<MessageContext<T>, CancellationToken, ValueTask> handler, ConsumerOptions<T>? options = null, CancellationToken cancellationToken = default) =>
        topics.SubscribeAsync(pattern, handler, options, cancellationToken);

    /// <inheritdoc />
    public Task<TReply> RequestAsync<TRequest, TReply>(string name, TRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        requests.RequestAsync<TRequest, TReply>(name, request, options, cancellationToken);

    /// <inheritdoc />
    public IAsyncDisposable Respond<TRequest, TReply>(string name, Func<TRequest, CancellationToken, ValueTask<TReply>> handler, ResponderOptions? options = null) =>
        requests.Respond(name, handler, options);

    /// <summary>Subscribes in the place of another subscription: no message that is published meanwhile is missed by both or given to both. The other one is still to be ended.</summary>
    internal ValueTask<ITopicSubscription> ReplaceAsync<T>(ITopicSubscription? replaced, string pattern, Func<MessageContext<T>, CancellationToken, ValueTask> handler, ConsumerOptions<T> options) =>
        topics.SubscribeAsync(pattern, handler, options, CancellationToken.None, replaced?.Group);

    /// <inheritdoc />
    public MessagingSnapshot Snapshot() => topics.Snapshot();

    /// <summary>Ends all subscriptions and waits until what is queued is handled, each queue for at most its <see cref="QueuedSubscriptionOptions.DrainTimeout"/>.</summary>
    /// <returns>A task that completes when no handler runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        // All drain at once, so that the longest timeout bounds the whole.
        var draining = topics.Dispose().Select(static subscription => subscription.DisposeAsync().AsTask()).ToList();
        foreach (var subscription in End())
        {
            if (subscription is IAsyncDisposable queued)
            {
                draining.Add(queued.DisposeAsync().AsTask());
            }
        }

        await Task.WhenAll(draining).ConfigureAwait(false);
    }

    /// <summary>Ends all subscriptions without waiting for what is queued; it is handled still.</summary>
    public void Dispose()
    {
        foreach (var subscription in topics.Dispose())
        {
            _ = subscription.DisposeAsync().AsTask();
        }

        End();
    }

    internal void Remove<T>(Subscription<T> subscription)
    {
        lock (gate)
        {
            var index = MessageType<T>.Index;
            var listening = Subscribers<T>();
            var position = listening is null ? -1 : Array.IndexOf(listening, subscription);
            if (position >= 0)
            {
                // Null rather than an empty array: nothing of a plugin's message type may stay behind.
                Volatile.Write(ref subscribers[index], listening!.Length == 1 ? null : Without(listening, position));
            }
        }
    }

    internal void Fault(Type messageType, Exception exception)
    {
        MessagingLog.HandlerThrew(logger, messageType, exception);
        if (publishingFault || messageType == typeof(HandlerFaulted) || RunningPump.Value is QueuedSubscription<HandlerFaulted>)
        {
            return;
        }

        publishingFault = true;
        try
        {
            Publish(new HandlerFaulted(messageType, exception));
        }
        finally
        {
            publishingFault = false;
        }
    }

    private static Subscription<T>[] Without<T>(Subscription<T>[] listening, int position) =>
        [.. listening.AsSpan(0, position), .. listening.AsSpan(position + 1)];

    private Subscription<T>[]? Subscribers<T>()
    {
        var table = Volatile.Read(ref subscribers);
        var index = MessageType<T>.Index;
        return (uint)index < (uint)table.Length ? Unsafe.As<Subscription<T>[]?>(Volatile.Read(ref table[index])) : null;
    }

    private void Add<T>(Subscription<T> subscription)
    {
        ObjectDisposedException.ThrowIf(ended is not null, this);
        var index = MessageType<T>.Index;
        if (index >= subscribers.Length)
        {
            var larger = new Subscription[]?[Math.Max(index + 1, subscribers.Length * 2)];
            subscribers.CopyTo(larger, 0);
            Volatile.Write(ref subscribers, larger);
        }

        Volatile.Write(ref subscribers[index], Subscribers<T>() is { } listening ? [.. listening, subscription] : new Subscription<T>[] { subscription });
    }

    private List<Subscription> End()
    {
        lock (gate)
        {
            if (ended is null)
            {
                ended = [];
                foreach (var listening in subscribers)
                {
                    ended.AddRange(listening ?? []);
                }

                subscribers = [];
            }
        }

        foreach (var subscription in ended)
        {
            subscription.End();
        }

        return ended;
    }
}
