using System.Runtime.CompilerServices;
using Sira.Kernel.Messaging;
using Sira.Kernel.Plugins;
using Sira.Plugins.Isolation;
using Sira.Plugins.Isolation.Messaging;

namespace Sira.Plugins.Tests.Isolation.Messaging;

public sealed class PluginMessageBusTests : IAsyncDisposable
{
    private readonly MessageBus bus = new();

    [Fact]
    public async Task Topics_WithinThePermission_AreUsedAndEndWithThePlugin()
    {
        var view = View("publish orders.*", "subscribe orders.>", "respond price", "request price");
        var topic = view.Topic<int>("orders.created");
        await view.SubscribeAsync<int>("orders.created.*", static (_, _) => default);
        await topic.SubscribeAsync(static (_, _) => default);
        view.Respond<int, int>("price", static (request, _) => new(request + 1));
        Assert.Equal(3, await view.RequestAsync<int, int>("price", 2));
        Assert.Equal(1, (await topic.PublishAsync(1)).Groups);

        await view.DisposeAsync();

        Assert.Empty(bus.Snapshot().Groups);
        Assert.Empty(bus.Snapshot().Topics);
    }

    [Fact]
    public async Task Handles_ThatThePluginEnds_AreNotKept()
    {
        var view = View("publish orders", "subscribe orders", "respond price");
        var handles = new List<WeakReference>();
        await OpenAndEndAsync(view, handles);

        GC.Collect();

        Assert.All(handles, static handle => Assert.False(handle.IsAlive));
        await view.DisposeAsync();
    }

    [Fact]
    public async Task Snapshot_ShowsWhatThePluginMayUse()
    {
        var view = View("publish orders.*", "request price");
        using var payroll = bus.Topic<string>("payroll.salaries");
        using var orders = bus.Topic<string>("orders.created");
        await using var listening = await bus.SubscribeAsync<string>("payroll.salaries", static (_, _) => default);
        await using var prices = bus.Respond<int, int>("price", static (request, _) => new(request));
        await using var secrets = bus.Respond<int, int>("secret", static (request, _) => new(request));

        var snapshot = view.Snapshot();

        Assert.Equal(["orders.created"], snapshot.Topics.Select(static topic => topic.Topic));
        Assert.Equal(["price"], snapshot.Groups.Select(static group => group.Pattern));
        await view.DisposeAsync();
    }

    [Fact]
    public async Task Topics_BeyondThePermission_AreRefusedWithWhatIsMissing()
    {
        var view = View("publish orders.*", "subscribe billing.>");
        Assert.Equal(
            "The plugin 'acme' may not publish to 'billing.paid'. It is permitted publish orders.*, subscribe billing.>. Add 'messaging: publish billing.paid' to its manifest, and where it is not trusted also to the host's configuration.",
            Assert.Throws<PluginException>(() => view.Topic<int>("billing.paid")).Message);
        Assert.Contains("may not subscribe to '>'", (await Assert.ThrowsAsync<PluginException>(async () => await view.SubscribeAsync<int>(">", static (_, _) => default))).Message, StringComparison.Ordinal);
        Assert.Contains("Add 'messaging: request price'", (await Assert.ThrowsAsync<PluginException>(() => view.RequestAsync<int, int>("price", 1))).Message, StringComparison.Ordinal);
        Assert.Contains("Add 'messaging: respond price'", Assert.Throws<PluginException>(() => view.Respond<int, int>("price", static (_, _) => default)).Message, StringComparison.Ordinal);
        using var topic = view.Topic<int>("orders.created");
        await Assert.ThrowsAsync<PluginException>(async () => await topic.SubscribeAsync(static (_, _) => default));
        await view.DisposeAsync();
    }

    [Fact]
    public void Topics_WithoutAnyPermission_AreRefusedAndEventsAreNot()
    {
        var view = new PluginMessageBus(bus, new PluginTopics("acme", null));
        Assert.Contains("It has no permission for topics.", Assert.Throws<PluginException>(() => view.Topic<int>("orders")).Message, StringComparison.Ordinal);
        var heard = 0;
        using var subscription = view.Subscribe<int>(value => heard = value);
        view.Publish(3);
        Assert.Equal(3, heard);
    }

    [Theory]
    [InlineData("publish orders.created", null)]
    [InlineData("subscribe orders.>", null)]
    [InlineData("orders.created", "publish")]
    [InlineData("publish", "publish")]
    [InlineData("publish orders..created", "publish")]
    [InlineData("read orders", "publish")]
    public void Refuse_Argument_SaysHowToWriteIt(string argument, string? part)
    {
        var problem = new TopicsBroker().Refuse(argument);
        Assert.Equal(part is null, problem is null);
        Assert.Contains(part ?? string.Empty, problem ?? string.Empty, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task OpenAndEndAsync(PluginMessageBus view, List<WeakReference> handles)
    {
        for (var i = 0; i < 20; i++)
        {
            var topic = view.Topic<int>("orders");
            var subscription = await view.SubscribeAsync<int>("orders", static (_, _) => default);
            var responder = view.Respond<int, int>("price", static (request, _) => new(request));
            handles.AddRange([new WeakReference(topic), new WeakReference(subscription), new WeakReference(responder)]);
            topic.Dispose();
            await subscription.DisposeAsync();
            await responder.DisposeAsync();
        }
    }

    private PluginMessageBus View(params string[] arguments) => new(bus, new PluginTopics("acme", new PluginGrant("acme", arguments)));
}
