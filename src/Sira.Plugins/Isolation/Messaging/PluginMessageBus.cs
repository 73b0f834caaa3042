using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Requests;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Plugins;

namespace Sira.Plugins.Isolation.Messaging;

/// <summary>The bus as one plugin sees it: the host's, but what the plugin opens there ends when the plugin does.</summary>
internal sealed class PluginMessageBus(IMessageBus bus, PluginTopics topics) : IMessageBus, IAsyncDisposable
{
    private readonly Lock gate = new();

    // The bus holds subscriptions by type until they end; what has ended is collected, and forgotten when the list would grow.
    private readonly List<WeakReference<object>> subscriptions = [];

    // What is only a handle, and would be lost with it; until the plugin ends it itself.
    private readonly HashSet<object> handles = new(ReferenceEqualityComparer.Instance);
    private bool disposed;

    public IDeadLetterQueue DeadLetters => throw new PluginException(topics.PluginId, $"The plugin '{topics.PluginId}' asks for the dead letters of all consumers, which may hold anybody's messages. Look after them in the host.");

    public void Publish<T>(in T message) => bus.Publish(message);

    public ValueTask PublishAsync<T>(T message, CancellationToken cancellationToken = default) => bus.PublishAsync(message, cancellationToken);

    public bool HasSubscribers<T>() => bus.HasSubscribers<T>();

    public IDisposable Subscribe<T>(Action<T> handler) => Track(bus.Subscribe(handler));

    public IAsyncDisposable Subscribe<T>(Func<T, CancellationToken, ValueTask> handler, QueuedSubscriptionOptions? options = null) => Track(bus.Subscribe(handler, options));

    public ITopic<T> Topic<T>(string name, TopicOptions<T>? options = null)
    {
        topics.Demand(TopicUse.Publish, name);
        return Keep(new PermittedTopic<T>(bus.Topic(name, options), this));
    }

    public async ValueTask<ITopicSubscription> SubscribeAsync<T>(string pattern, Func<MessageContext<T>, CancellationToken, ValueTask> handler, ConsumerOptions<T>? options = null, CancellationToken cancellationToken = default)
    {
        topics.Demand(TopicUse.Subscribe, pattern);
        return Keep(new PluginSubscription(await bus.SubscribeAsync(pattern, handler, options, cancellationToken).ConfigureAwait(false), this));
    }

    public Task<TReply> RequestAsync<TRequest, TReply>(string name, TRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        topics.Demand(TopicUse.Request, name);
        return bus.RequestAsync<TRequest, TReply>(name, request, options, cancellationToken);
    }

    public IAsyncDisposable Respond<TRequest, TReply>(string name, Func<TRequest, CancellationToken, ValueTask<TReply>> handler, ResponderOptions? options = null)
    {
        topics.Demand(TopicUse.Respond, name);
        return Keep(new PluginResponder(bus.Respond(name, handler, options), this));
    }

    /// <summary>Subscribes through a topic that the plugin publishes to, which is another permission.</summary>
    public async ValueTask<ITopicSubscription> SubscribeAsync<T>(ITopic<T> topic, Func<MessageContext<T>, CancellationToken, ValueTask> handler, ConsumerOptions<T>? options, CancellationToken cancellationToken)
    {
        topics.Demand(TopicUse.Subscribe, topic.Name);
        return Keep(new PluginSubscription(await topic.SubscribeAsync(handler, options, cancellationToken).ConfigureAwait(false), this));
    }

    /// <summary>Forgets what the plugin ends itself.</summary>
    public void Forget(object handle)
    {
        lock (gate)
        {
            handles.Remove(handle);
        }
    }

    /// <summary>Shows the topics and groups that the plugin may use in some way.</summary>
    public MessagingSnapshot Snapshot()
    {
        var all = bus.Snapshot();
        return new MessagingSnapshot(
            [.. all.Topics.Where(topic => MayUse(topic.Topic, TopicUse.Publish, TopicUse.Subscribe))],
            [.. all.Groups.Where(group => group.AnswersRequests ? MayUse(group.Pattern, TopicUse.Request, TopicUse.Respond) : MayUse(group.Pattern, TopicUse.Publish, TopicUse.Subscribe))]);
    }

    public async ValueTask DisposeAsync()
    {
        List<object> ending;
        lock (gate)
        {
            disposed = true;
            ending = [.. handles, .. subscriptions.Select(static reference => reference.TryGetTarget(out var subscription) ? subscription : null).OfType<object>()];
            handles.Clear();
            subscriptions.Clear();
        }

        foreach (var opened in ending)
        {
            await EndAsync(opened).ConfigureAwait(false);
        }
    }

    private bool MayUse(string pattern, TopicUse one, TopicUse other) => topics.Refuse(one, pattern) is null || topics.Refuse(other, pattern) is null;

    private static ValueTask EndAsync(object opened)
    {
        if (opened is IAsyncDisposable queued)
        {
            return queued.DisposeAsync();
        }

        ((IDisposable)opened).Dispose();
        return default;
    }

    private TSubscription Track<TSubscription>(TSubscription subscription)
        where TSubscription : class
    {
        lock (gate)
        {
            if (!disposed)
            {
                if (subscriptions.Count == subscriptions.Capacity)
                {
                    subscriptions.RemoveAll(static reference => !reference.TryGetTarget(out _));
                }

                subscriptions.Add(new WeakReference<object>(subscription));
                return subscription;
            }
        }

        throw Ended(subscription);
    }

    private THandle Keep<THandle>(THandle handle)
        where THandle : class
    {
        lock (gate)
        {
            if (!disposed)
            {
                handles.Add(handle);
                return handle;
            }
        }

        throw Ended(handle);
    }

    private static ObjectDisposedException Ended(object opened)
    {
        _ = EndAsync(opened).AsTask();
        return new ObjectDisposedException(nameof(IMessageBus), "The plugin has stopped and cannot subscribe any more.");
    }
}
