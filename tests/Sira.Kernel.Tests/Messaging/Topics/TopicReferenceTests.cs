using System.Runtime.CompilerServices;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Topics;

public sealed class TopicReferenceTests : IAsyncDisposable
{
    private readonly MessageBus bus = new();

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    [Fact]
    public async Task DisposeAsync_SubscriptionAndTopic_LeavesNothingOfThePluginBehind()
    {
        var (handler, message) = await UseAsync();

        for (var i = 0; i < 20 && (handler.IsAlive || message.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.False(handler.IsAlive);
        Assert.False(message.IsAlive);
        Assert.Empty(await bus.DeadLetters.ListAsync());
        GC.KeepAlive(bus);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<(WeakReference Handler, WeakReference Message)> UseAsync()
    {
        var (plugin, order) = (new Plugin(), new Order());
        using var topic = bus.Topic<Order>("orders", new() { KeepUnmatched = TimeSpan.FromHours(1) });
        var subscription = await topic.SubscribeAsync(plugin.Handle, new() { Group = "plugin", Retry = MessageRetryOptions.None });
        await topic.PublishAsync(order, new() { MessageId = "1" });
        await topic.PublishAsync(order, new() { Delay = TimeSpan.FromHours(1) });
        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single().DeadLettered == 1, "it is set aside");
        await subscription.DisposeAsync();
        await topic.PublishAsync(order);
        return (new WeakReference(plugin), new WeakReference(order));
    }

    private sealed class Plugin
    {
        public ValueTask Handle(MessageContext<Order> message, CancellationToken cancellationToken) => throw new InvalidOperationException($"{message.Delivery} {cancellationToken.CanBeCanceled}");
    }

    private sealed class Order;
}
