using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Plugins.Isolation.Messaging;

/// <summary>A topic in a plugin's hands. Subscribing through it needs the permission for that, and ends with the plugin.</summary>
/// <typeparam name="T">The type of its messages.</typeparam>
internal sealed class PermittedTopic<T>(ITopic<T> topic, PluginMessageBus bus) : ITopic<T>
{
    public string Name => topic.Name;

    public ValueTask<PublishResult> PublishAsync(T message, PublishOptions? options = null, CancellationToken cancellationToken = default) => topic.PublishAsync(message, options, cancellationToken);

    public ValueTask<ITopicSubscription> SubscribeAsync(Func<MessageContext<T>, CancellationToken, ValueTask> handler, ConsumerOptions<T>? options = null, CancellationToken cancellationToken = default) =>
        bus.SubscribeAsync(topic, handler, options, cancellationToken);

    public void Dispose()
    {
        bus.Forget(this);
        topic.Dispose();
    }
}
