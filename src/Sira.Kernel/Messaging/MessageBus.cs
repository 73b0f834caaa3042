using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Sira.Kernel.Messaging;

/// <summary>The in-process message bus.</summary>
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

    // By MessageType<T>.Index, a Subscription<T>[] with at least one element, or null.
    private Subscription[]?[] subscribers = [];

    // What was subscribed when the bus was disposed of, so that every disposal waits for all of it; null until then.
    private List<Subscription>? ended;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="logger">Where handlers that throw are logged; <see langword="null"/> means nowhere.</param>
    /// <param name="time">The clock that bounds how long queues drain; <see langword="null"/> means the system's.</param>
    public MessageBus(ILogger<MessageBus>? logger = null, TimeProvider? time = null) =>
        (this.logger, Time) = (logger ?? NullLogger<MessageBus>.Instance, time ?? TimeProvider.System);

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
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1, or the drain timeout is negative.</exception>
    /// <exception cref="ObjectDisposedException">The bus was disposed of.</exception>
    public IAsyncDisposable Subscribe<T>(Func<T, CancellationToken, ValueTask> handler, QueuedSubscriptionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        options ??= new QueuedSubscriptionOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1, nameof(options));
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

    /// <summary>Ends all subscriptions and waits until what is queued is handled, each queue for at most its <see cref="QueuedSubscriptionOptions.DrainTimeout"/>.</summary>
    /// <returns>A task that completes when no handler runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        // All drain at once, so that the longest timeout bounds the whole.
        var draining = new List<Task>();
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
    public void Dispose() => End();

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
