using Sira.Kernel.Messaging;

namespace Sira.Plugins.Isolation;

/// <summary>The bus as one plugin sees it: the host's, but the plugin's subscriptions end when the plugin does.</summary>
internal sealed class PluginMessageBus(IMessageBus bus) : IMessageBus, IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<object> subscriptions = [];
    private bool disposed;

    public void Publish<T>(in T message) => bus.Publish(message);

    public bool HasSubscribers<T>() => bus.HasSubscribers<T>();

    public IDisposable Subscribe<T>(Action<T> handler) => Keep(bus.Subscribe(handler));

    public IAsyncDisposable Subscribe<T>(Func<T, CancellationToken, ValueTask> handler, QueuedSubscriptionOptions? options = null) => Keep(bus.Subscribe(handler, options));

    public async ValueTask DisposeAsync()
    {
        List<object> ending;
        lock (gate)
        {
            disposed = true;
            ending = [.. subscriptions];
            subscriptions.Clear();
        }

        foreach (var subscription in ending)
        {
            if (subscription is IAsyncDisposable queued)
            {
                await queued.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                ((IDisposable)subscription).Dispose();
            }
        }
    }

    private TSubscription Keep<TSubscription>(TSubscription subscription)
        where TSubscription : class
    {
        lock (gate)
        {
            if (!disposed)
            {
                subscriptions.Add(subscription);
                return subscription;
            }
        }

        (subscription as IDisposable)?.Dispose();
        throw new ObjectDisposedException(nameof(IMessageBus), "The plugin has stopped and cannot subscribe any more.");
    }
}
