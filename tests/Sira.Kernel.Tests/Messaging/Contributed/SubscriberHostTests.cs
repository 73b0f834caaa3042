using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Topics;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Contributed;

/// <summary>Declared subscribers, with contributors that come and go as plugins do.</summary>
public sealed class SubscriberHostTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<ServiceProvider> containers = [];

    [Fact]
    public async Task AddSubscriber_InTheHost_BeginsWithItAndEndsWithIt()
    {
        var inbox = new Inbox<int>();
        var services = Host(sira =>
        {
            sira.Services.AddSingleton(inbox);
            sira.AddSubscriber<int, Handler>("orders.*", new() { Group = "mails" });
        });
        var bus = services.GetRequiredService<IMessageBus>();
        Assert.Empty(bus.Snapshot().Groups);

        await StartAsync(services);
        using var topic = bus.Topic<int>("orders.created");
        await topic.PublishAsync(1);
        Assert.Equal([1], await inbox.HasAsync(1));

        await StopAsync(services);
        Assert.Empty(bus.Snapshot().Groups);
    }

    [Fact]
    public async Task AddSubscriber_WithMistakes_StopsTheStartAndNamesThemAll()
    {
        var services = Host(sira => sira
            .AddSubscriber<int>("orders..created", static (_, _, _) => default)
            .AddSubscriber<int>("orders", static (_, _, _) => default, new() { Capacity = 0 }));

        var exception = await Assert.ThrowsAsync<SiraConfigurationException>(() => StartAsync(services));

        Assert.Contains("'orders..created' is no pattern of topics.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("host: AddSubscriber of 'orders':Capacity: 0 is out of range.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_OfAPluginWithMistakes_IsRefusedAtThePreparation()
    {
        var services = Host();
        await StartAsync(services);
        var broken = Plugin(sira => sira.AddSubscriber<int>("orders", static (_, _, _) => default, new() { Concurrency = 0 }));
        Assert.Throws<SiraConfigurationException>(() => services.GetRequiredService<ContributionCatalogue>().Prepare(broken));
        Assert.Empty(services.GetRequiredService<IMessageBus>().Snapshot().Groups);
    }

    // Many messages are published while the version changes again and again. Each is handled once, by the version of the moment; what is in work is waited for.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Commit_OfANewVersionUnderTraffic_LosesNothingAndEndsTheOldOne(bool otherOptions)
    {
        var services = Host();
        await StartAsync(services);
        var (catalogue, bus) = (services.GetRequiredService<ContributionCatalogue>(), services.GetRequiredService<IMessageBus>());
        var handled = new Inbox<(int Version, int Message)>();
        using var topic = bus.Topic<int>("orders");
        var running = Version(0);
        await ChangeAsync(catalogue, running);

        var done = false;
        var published = 0;
        var publishing = Task.Run(async () =>
        {
            while (!Volatile.Read(ref done))
            {
                await topic.PublishAsync(published++);
            }
        });
        for (var version = 1; version <= 20; version++)
        {
            var seen = handled.All.Count;
            await Eventually.HoldsAsync(() => handled.All.Count > seen, "traffic");
            var next = Version(version);
            await ChangeAsync(catalogue, next);
            await catalogue.QuiesceAsync().WaitAsync(Patience);
            await running.Calls.DrainAsync().WaitAsync(Patience);
            running.Revoke();
            var old = version - 1;
            var last = handled.All.Count(entry => entry.Version == old);
            var now = handled.All.Count;
            await Eventually.HoldsAsync(() => handled.All.Count > now, "the next version works");
            Assert.Equal(last, handled.All.Count(entry => entry.Version == old));
            running = next;
        }

        Volatile.Write(ref done, true);
        await publishing;
        await Eventually.HoldsAsync(() => handled.All.Count >= published, "all messages");
        Assert.Equal(Enumerable.Range(0, published), handled.All.Select(static entry => entry.Message).Order());

        Contributor Version(int number) => Plugin(sira => sira.AddSubscriber<int>(
            "orders",
            async (_, message, _) =>
            {
                await Task.Yield();
                handled.Add((number, message.Message));
            },
            new() { Group = "mails", Capacity = otherOptions ? 100 + number : 100, Concurrency = 2 }));
    }

    [Fact]
    public async Task Commit_WithoutThePlugin_EndsItsSubscriberAfterWhatItHasInWork()
    {
        var services = Host();
        await StartAsync(services);
        var (catalogue, bus) = (services.GetRequiredService<ContributionCatalogue>(), services.GetRequiredService<IMessageBus>());
        var (begun, go) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var plugin = Plugin(sira => sira.AddSubscriber<int>("orders", async (_, _, _) =>
        {
            begun.TrySetResult();
            await go.Task;
        }));
        await ChangeAsync(catalogue, plugin);
        using var topic = bus.Topic<int>("orders");
        await topic.PublishAsync(1);
        await begun.Task.WaitAsync(Patience);

        await ChangeAsync(catalogue).WaitAsync(Patience);
        var quiescing = catalogue.QuiesceAsync();
        Assert.False(quiescing.IsCompleted);
        Assert.Equal(0, (await topic.PublishAsync(2)).Groups);
        go.SetResult();
        await quiescing.WaitAsync(Patience);
        Assert.Equal((0, 1L), (plugin.Calls.InFlight, plugin.Calls.Count));
        Assert.Empty(bus.Snapshot().Groups);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var container in containers)
        {
            await container.DisposeAsync();
        }
    }

    private static async Task ChangeAsync(ContributionCatalogue catalogue, params Contributor[] plugins)
    {
        using var change = catalogue.Prepare(plugins);
        await change.CommitAsync();
    }

    private static async Task StartAsync(IServiceProvider services)
    {
        foreach (var service in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartedAsync(default);
        }
    }

    private static async Task StopAsync(IServiceProvider services)
    {
        foreach (var service in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StoppingAsync(default);
        }
    }

    private ServiceProvider Host(Action<ISiraBuilder>? configure = null)
    {
        var services = new ServiceCollection().AddSiraKernel();
        services.AddLogging();
        return Build(services, configure);
    }

    private Contributor Plugin(Action<ISiraBuilder> configure) => new("acme", Build(new ServiceCollection(), configure));

    private ServiceProvider Build(IServiceCollection services, Action<ISiraBuilder>? configure)
    {
        configure?.Invoke(new Builder(services));
        var provider = services.BuildServiceProvider();
        containers.Add(provider);
        return provider;
    }

    private sealed class Handler(Inbox<int> inbox) : IMessageHandler<int>
    {
        public ValueTask HandleAsync(MessageContext<int> message, CancellationToken cancellationToken) => inbox.Handle(message, cancellationToken);
    }

    private sealed class Builder(IServiceCollection services) : ISiraBuilder
    {
        public IServiceCollection Services => services;
    }
}
