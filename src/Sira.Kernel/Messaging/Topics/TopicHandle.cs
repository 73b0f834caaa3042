using Sira.Kernel.Messaging.Consumers;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>What one user of a topic holds.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed class TopicHandle<T>(Topic<T> topic) : ITopic<T>
{
    private int disposed;

    public string Name => topic.Name;

    public ValueTask<PublishResult> PublishAsync(T message, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        return topic.PublishAsync(message, options, cancellationToken);
    }

    public ValueTask<ITopicSubscription> SubscribeAsync(Func<MessageContext<T>, CancellationToken, ValueTask> handler, ConsumerOptions<T>? options = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        options ??= new ConsumerOptions<T>();
        options = options.IsDurable && options.Codec is null ? options with { Codec = topic.Options.Codec } : options;
        return topic.Hub.SubscribeAsync(topic.Name, handler, options, cancellationToken);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            topic.Hub.Release(topic);
        }
    }
}
