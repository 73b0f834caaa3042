using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Kernel.Diagnostics.Inspection;
using Sira.Kernel.Health;
using Sira.Kernel.Health.Status;
using Sira.Kernel.Messaging;
using Sira.Kernel.Plugins;
using Sira.Kernel.Registry;
using Sira.Plugins.Hosting;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;
using Sira.Plugins.Tests.Hosting.Support;

namespace Sira.Plugins.Tests.Hosting;

public class PluginLifecycleTests
{
    [Fact]
    public async Task Plugin_ComesChangesAndGoes_AndSaysSoOnTheBus()
    {
        await using var host = new TestHost();
        var journal = new List<string>();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme"), journal) { OnConfigure = TestHost.Balancer("first") });
        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal("acme 1.0.0", Assert.Single(refresh.Started));
        Assert.Equal((0, 0), (refresh.Stopped.Count, refresh.Problems.Count));
        Assert.Equal(["first"], host.Balancers);
        Assert.Equal((PluginState.Started, "ILoadBalancer"), (host.Status("acme").State, Assert.Single(host.Status("acme").Contributes)));

        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme", "1.1.0"), journal) { OnConfigure = TestHost.Balancer("second") });
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["second"], host.Balancers);
        Assert.Equal("1.1.0", host.Status("acme").Version);

        host.Available.Clear();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Empty(host.Balancers);
        Assert.Equal(
            [
                "acme 1.0.0: load", "acme 1.0.0: configure", "acme 1.0.0: start",
                "acme 1.1.0: load", "acme 1.1.0: configure", "acme 1.1.0: start", "acme 1.0.0: stop", "acme 1.0.0: unload",
                "acme 1.1.0: stop", "acme 1.1.0: unload",
            ],
            journal);
        Assert.Equal(
            ["acme 1.0.0: Started", "acme 1.1.0: Started", "acme 1.0.0: Stopping", "acme 1.1.0: Stopping", "acme 1.1.0: Unloaded"],
            host.States);
    }

    [Fact]
    public async Task Refresh_WithNothingNew_ChangesNothing()
    {
        await using var host = new TestHost();
        var journal = new List<string>();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme"), journal));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        var version = host.Catalogue.Current.Version;

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, 0, 0), (refresh.Started.Count, refresh.Stopped.Count, refresh.Problems.Count));
        Assert.Equal((3, version), (journal.Count, host.Catalogue.Current.Version));
    }

    [Fact]
    public async Task Plugin_WhoseContentChanges_IsReplaced()
    {
        await using var host = new TestHost();
        var journal = new List<string>();
        var plugin = new ScriptedPlugin(ScriptedPlugin.Describe("acme"), journal);
        host.Available.Add(plugin);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Available[0] = new ScriptedPlugin(plugin.Manifest, journal) { Content = "2" };

        Assert.Equal(["acme 1.0.0"], (await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken)).Started);
    }

    [Fact]
    public async Task HostedServices_OfAPlugin_RunWhileItDoes()
    {
        await using var host = new TestHost();
        var service = new Background();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme")) { OnConfigure = (sira, _) => sira.Services.AddSingleton<IHostedService>(service) });
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        await service.Running.Task;

        host.Available.Clear();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        await service.Ended.Task;
    }

    [Fact]
    public async Task Subscriptions_OfAPlugin_EndWithIt()
    {
        await using var host = new TestHost();
        var heard = 0;
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme"))
        {
            OnStart = (services, _) =>
            {
                services.GetRequiredService<IMessageBus>().Subscribe<Ping>(_ => heard++);
                return Task.CompletedTask;
            },
        });
        var bus = host.Services.GetRequiredService<IMessageBus>();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        bus.Publish(new Ping());
        host.Available.Clear();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        bus.Publish(new Ping());

        Assert.Equal(1, heard);
        Assert.False(bus.HasSubscribers<Ping>());
    }

    [Fact]
    public async Task Stop_KeepsAPluginAway_UntilItIsStarted()
    {
        await using var host = new TestHost();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme")) { OnConfigure = TestHost.Balancer("first") });
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        await host.Plugins.StopAsync("ACME", TestContext.Current.CancellationToken);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal((PluginState.Unloaded, "it was stopped"), (host.Status("acme").State, host.Status("acme").Reason));
        Assert.Empty(host.Balancers);

        await host.Plugins.StartAsync("acme", TestContext.Current.CancellationToken);
        Assert.Equal(["first"], host.Balancers);
    }

    [Fact]
    public async Task Stop_OfWhatTheHostCountsOn_IsRefusedWithTheReason()
    {
        await using var host = new TestHost();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme")) { OnConfigure = TestHost.Balancer("first") });
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Objection = (next, errors) =>
        {
            if (next.Contributors.Length == 1)
            {
                errors.Add("Sira:Routes:default:Balancer", "unknown balancer 'first'.", "Take another.");
            }
        };

        var exception = await Assert.ThrowsAsync<PluginException>(() => host.Plugins.StopAsync("acme", TestContext.Current.CancellationToken));

        Assert.Contains("cannot be stopped", exception.Message);
        Assert.Contains("Sira:Routes:default:Balancer: unknown balancer 'first'.", exception.Message);
        Assert.Equal(PluginState.Started, host.Status("acme").State);
    }

    [Fact]
    public async Task Start_OfAnUnknownPlugin_SuggestsTheNearest()
    {
        await using var host = new TestHost();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme")));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAsync<PluginException>(() => host.Plugins.StartAsync("acne", TestContext.Current.CancellationToken));

        Assert.Equal("There is no plugin 'acne'. Did you mean 'acme'? Known: acme.", exception.Message);
    }

    [Fact]
    public async Task Restart_ReplacesTheInstance()
    {
        await using var host = new TestHost();
        var plugin = new ScriptedPlugin(ScriptedPlugin.Describe("acme"));
        host.Available.Add(plugin);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        await host.Plugins.RestartAsync("acme", TestContext.Current.CancellationToken);

        Assert.Equal(2, plugin.Contexts.Count);
        Assert.True(plugin.Contexts[0].Stopping.IsCancellationRequested);
        Assert.False(plugin.Contexts[1].Stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Host_ThatCloses_StopsPluginsInReverse()
    {
        var journal = new List<string>();
        await using (var host = new TestHost())
        {
            host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("second", "1.0.0", PluginDependency.OnPlugin("first", "1.0.0")), journal));
            host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("first"), journal));
            await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
            journal.Clear();
        }

        Assert.Equal(["second 1.0.0: stop", "second 1.0.0: unload", "first 1.0.0: stop", "first 1.0.0: unload"], journal);
    }

    [Fact]
    public async Task Plugins_ThatAreThereFromTheBeginning_ContributeBeforeTheyStart()
    {
        var journal = new List<string>();
        await using var host = new TestHost(present: new ScriptedPlugin(ScriptedPlugin.Describe("acme"), journal) { OnConfigure = TestHost.Balancer("first") });
        Assert.Equal(["first"], host.Balancers);
        Assert.Equal((2, PluginState.Loaded), (journal.Count, host.Status("acme").State));

        await host.StartAsync();

        Assert.Equal(("acme 1.0.0: start", PluginState.Started), (journal[^1], host.Status("acme").State));
    }

    [Fact]
    public async Task RequiredPlugin_ThatDoesNotStart_StopsTheStartOfTheHost()
    {
        await using var host = new TestHost(present: new ScriptedPlugin(ScriptedPlugin.Describe("acme")) { Required = true, OnStart = static (_, _) => throw new InvalidOperationException("No licence.") });

        var exception = await Assert.ThrowsAsync<PluginException>(host.StartAsync);

        Assert.Equal("The plugin 'acme' failed to start: InvalidOperationException: No licence.", exception.Message);
    }

    [Fact]
    public async Task Operations_AtTheSameTime_AreDoneOneAfterTheOther()
    {
        await using var host = new TestHost();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("a")) { OnConfigure = TestHost.Balancer("a") });
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("b")) { OnConfigure = TestHost.Balancer("b") });
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 4) switch
        {
            0 => host.Plugins.RestartAsync("a"),
            1 => host.Plugins.RestartAsync("b"),
            _ => host.Plugins.RefreshAsync(),
        }));

        Assert.Equal(["a", "b"], host.Balancers);
        Assert.Equal(0, host.Plugins.Unloading);
    }

    [Fact]
    public async Task Unloading_ThatDoesNotEnd_IsToldOnce()
    {
        await using var host = new TestHost(options => options.UnloadTimeout = TimeSpan.FromSeconds(5));
        var told = 0;
        host.Services.GetRequiredService<IMessageBus>().Subscribe<PluginNotUnloaded>(_ => told++);
        var plugin = new ScriptedPlugin(ScriptedPlugin.Describe("acme"));
        plugin.Unloaded.Done = false;
        host.Available.Add(plugin);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Available.Clear();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, host.Plugins.Unloading);
        Assert.False(await host.PassAsync(host.Plugins.WaitForUnloadAsync(TestContext.Current.CancellationToken)));
        Assert.False(await host.PassAsync(host.Plugins.WaitForUnloadAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(1, told);
        Assert.True(plugin.Unloaded.Healed > 1);

        // Also what was told of is collected again when somebody asks.
        plugin.Unloaded.DoneAt = plugin.Unloaded.Healed + 3;
        Assert.True(await host.PassAsync(host.Plugins.WaitForUnloadAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task HealthAndDiagnostics_TellOfPlugins()
    {
        await using var host = new TestHost();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("good")));
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("worse")) { OnStart = static (_, _) => throw new InvalidOperationException("boom") });
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        var health = host.Health;
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Equal("The plugin worse 1.0.0 failed: The plugin 'worse' failed to start: InvalidOperationException: boom", Assert.Single(health.Reasons));
        var facts = host.Services.GetRequiredService<ISiraInspector>().Inspect().Facts["plugins"];
        Assert.StartsWith("1.0.0 Started, Trusted, 0 calls", facts["good"], StringComparison.Ordinal);
        Assert.StartsWith("1.0.0 Faulted", facts["worse"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_ThatAPluginTells_IsAmongTheComponentsWhileItRuns()
    {
        await using var host = new TestHost();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme")) { OnConfigure = static (sira, _) => sira.Services.AddSingleton<IHealthContributor, Sick>() });
        var health = host.Services.GetRequiredService<ISiraHealth>();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["sick: It hurts."], health.Check().Reasons);

        host.Available.Clear();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Empty(health.Check().Reasons);
    }

    [Fact]
    public async Task Endpoints_ThatAPluginLists_GoWithIt_AndOnlyOfServicesThatItIsPermitted()
    {
        await using var host = new TestHost();
        Exception? refused = null;
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme") with { Permissions = [new PluginPermission("registry", "search")] })
        {
            OnStart = (services, _) =>
            {
                var endpoints = services.GetRequiredService<IPluginEndpoints>();
                endpoints.List("search", new EndpointDefinition("of the plugin"));
                refused = Record.Exception(() => endpoints.List("models", new EndpointDefinition("mine")));
                return Task.CompletedTask;
            },
        });
        var registry = host.Services.GetRequiredService<IServiceRegistry>();
        registry.GetOrAdd("search", new EndpointDefinition("of the host"), CircuitBreakerOptions.Default);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["of the host", "of the plugin"], registry.GetSnapshot("search").Endpoints.Select(static endpoint => endpoint.Id));
        Assert.Contains("may not use the service 'models'. It is permitted search", refused?.Message);

        host.Available.Clear();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["of the host"], registry.GetSnapshot("search").Endpoints.Select(static endpoint => endpoint.Id));
    }

    private sealed class Sick : IHealthContributor
    {
        public string Name => "sick";

        public ComponentHealth Check() => new(Name, HealthStatus.Unhealthy, ["It hurts."]);
    }

    private readonly record struct Ping;

    private sealed class Background : BackgroundService
    {
        public TaskCompletionSource Running { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Running.SetResult();
            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Ended.SetResult();
        }
    }
}
