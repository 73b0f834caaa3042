using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Health;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Registry;
using Sira.Plugins.Hosting;
using Sira.Plugins.Manifests;
using Sira.Plugins.Tests.Hosting.Support;
using Sira.Testing.Messaging;

namespace Sira.Plugins.Tests.Hosting;

/// <summary>Subscribers and endpoints that plugins declare in <c>Configure</c>.</summary>
public class DeclaredContributionTests
{
    private readonly List<string> heard = [];

    [Fact]
    public async Task Subscriber_OfAPlugin_ComesChangesAndGoesWithIt()
    {
        await using var host = new TestHost();
        await host.StartAsync();
        using var topic = host.Services.GetRequiredService<IMessageBus>().Topic<string>("orders.created");
        host.Available.Add(Subscribing("1.0.0", "subscribe orders.*"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal("MessageSubscriber", Assert.Single(host.Status("acme").Contributes));
        await PublishAsync(topic, "a");

        host.Available.Add(Subscribing("1.1.0", "subscribe orders.>"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        await PublishAsync(topic, "b");

        host.Available.Clear();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, (await topic.PublishAsync("c", cancellationToken: TestContext.Current.CancellationToken)).Groups);
        Assert.Equal(["1.0.0: a", "1.1.0: b"], heard);
    }

    [Fact]
    public async Task Subscriber_ThatIsThereFromTheBeginning_BeginsWhenTheHostHasStarted()
    {
        await using var host = new TestHost(present: Subscribing("1.0.0", "subscribe orders.*"));
        using var topic = host.Services.GetRequiredService<IMessageBus>().Topic<string>("orders.created");
        Assert.Equal(0, (await topic.PublishAsync("early", cancellationToken: TestContext.Current.CancellationToken)).Groups);
        await host.StartAsync();
        await PublishAsync(topic, "a");
        Assert.Equal(["1.0.0: a"], heard);
    }

    [Theory]
    [InlineData(null, "It has no permission for topics.")]
    [InlineData("publish orders.*", "It is permitted publish orders.*.")]
    [InlineData("subscribe orders.created", "It is permitted subscribe orders.created.")]
    public async Task Subscriber_WithoutThePermission_RefusesThePluginAndSaysWhatIsMissing(string? permission, string has)
    {
        await using var host = new TestHost();
        await host.StartAsync();
        host.Available.Add(Subscribing("1.0.0", permission));

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        var problem = Assert.Single(refresh.Problems);
        Assert.Contains($"The plugin 'acme' may not subscribe to 'orders.*'. {has}", problem, StringComparison.Ordinal);
        Assert.Contains("Add 'messaging: subscribe orders.*' to its manifest", problem, StringComparison.Ordinal);
        Assert.Empty(host.Services.GetRequiredService<IMessageBus>().Snapshot().Groups);
    }

    [Fact]
    public async Task Endpoints_DeclaredByAPlugin_StayWhileItIsReplaced_AndGoWithIt()
    {
        await using var host = new TestHost();
        await host.StartAsync();
        var registry = host.Services.GetRequiredService<IServiceRegistry>();
        registry.GetOrAdd("search", new EndpointDefinition("of the host"), CircuitBreakerOptions.Default);
        host.Available.Add(Listing("1.0.0", "search", "common", "old"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        await host.UntilAsync(() => Endpoints().Length == 3);
        Assert.Equal(["of the host", "common", "old"], Endpoints());
        var common = registry.GetSnapshot("search").Endpoints[1];

        host.Available.Add(Listing("1.1.0", "search", "common", "new"));
        await host.PassAsync(host.Plugins.RefreshAsync(TestContext.Current.CancellationToken));
        await host.UntilAsync(() => Endpoints().Contains("new"));
        Assert.Equal(["of the host", "common", "new"], Endpoints());
        Assert.Same(common, registry.GetSnapshot("search").Endpoints[1]);

        host.Available.Clear();
        await host.PassAsync(host.Plugins.RefreshAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["of the host"], Endpoints());

        string[] Endpoints() => [.. registry.GetSnapshot("search").Endpoints.Select(static endpoint => endpoint.Id)];
    }

    [Fact]
    public async Task Endpoints_OfAServiceThatIsNotPermitted_RefuseThePlugin()
    {
        await using var host = new TestHost();
        await host.StartAsync();
        host.Available.Add(Listing("1.0.0", "models", "mine"));
        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Contains("may not use the service 'models'. It is permitted search", Assert.Single(refresh.Problems), StringComparison.Ordinal);
        Assert.Equal(PluginState.Faulted, host.Status("acme").State);
    }

    // Listed by hand in StartAsync, as before: the old version, which ends last, must not take the new one's along.
    [Fact]
    public async Task Endpoints_ListedByHand_OutliveTheEndOfTheOldVersion()
    {
        await using var host = new TestHost();
        host.Available.Add(ListingByHand("1.0.0"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Available.Add(ListingByHand("1.1.0"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["mine"], host.Services.GetRequiredService<IServiceRegistry>().GetSnapshot("search").Endpoints.Select(static endpoint => endpoint.Id));
    }

    private static ScriptedPlugin Listing(string version, string service, params string[] ids) => new(ScriptedPlugin.Describe("acme", version) with { Permissions = [new PluginPermission("registry", "search")] })
    {
        OnConfigure = (sira, _) => sira.AddEndpoints(service, [.. ids.Select(static id => new EndpointDefinition(id))]),
    };

    private static ScriptedPlugin ListingByHand(string version) => new(ScriptedPlugin.Describe("acme", version) with { Permissions = [new PluginPermission("registry", "search")] })
    {
        OnStart = static (services, _) =>
        {
            services.GetRequiredService<Kernel.Plugins.IPluginEndpoints>().List("search", new EndpointDefinition("mine"));
            return Task.CompletedTask;
        },
    };

    private ScriptedPlugin Subscribing(string version, string? permission) =>
        new(ScriptedPlugin.Describe("acme", version) with { Permissions = permission is null ? [] : [new PluginPermission("messaging", permission)] })
        {
            OnConfigure = (sira, _) => sira.AddSubscriber<string>("orders.*", (_, message, _) =>
            {
                lock (heard)
                {
                    heard.Add($"{version}: {message.Message}");
                }

                return default;
            }),
        };

    private async Task PublishAsync(ITopic<string> topic, string text)
    {
        var before = heard.Count;
        await topic.PublishAsync(text);
        await Eventually.HoldsAsync(() => heard.Count > before, $"'{text}' is heard");
    }
}
