using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Plugins.Hosting;
using Sira.Plugins.Manifests;
using Sira.Plugins.Tests.Hosting.Support;

namespace Sira.Plugins.Tests.Hosting;

/// <summary>Plugins that are there when the host starts.</summary>
public class StartupTests
{
    [Fact]
    public async Task Plugin_ThatDoesNotStart_IsNotInUse_NorWhoUsesIt()
    {
        await using var host = new TestHost(
            static options => options.RestartDelay = options.MaxRestartDelay = TimeSpan.FromHours(1),
            present:
            [
                new ScriptedPlugin(ScriptedPlugin.Describe("acme")) { OnConfigure = TestHost.Balancer("first"), OnStart = static (_, _) => throw new InvalidOperationException("No licence.") },
                new ScriptedPlugin(ScriptedPlugin.Describe("user", "1.0.0", PluginDependency.OnPlugin("acme", "1.0.0"))) { OnConfigure = TestHost.Balancer("second") },
                new ScriptedPlugin(ScriptedPlugin.Describe("other")) { OnConfigure = TestHost.Balancer("third") },
            ]);

        await host.StartAsync();

        Assert.Equal(["third"], host.Balancers);
        Assert.Equal((PluginState.Faulted, "The plugin 'acme' failed to start: InvalidOperationException: No licence."), (host.Status("acme").State, host.Status("acme").Reason));
        Assert.Equal((PluginState.Faulted, "The plugin 'user' uses 'acme', which did not start."), (host.Status("user").State, host.Status("user").Reason));
        Assert.Equal(HealthStatus.Degraded, host.Health.Status);
    }

    [Fact]
    public async Task Plugin_ThatDoesNotStart_IsTriedAgain_WithThoseThatUseIt()
    {
        var starts = 0;
        await using var host = new TestHost(present:
        [
            new ScriptedPlugin(ScriptedPlugin.Describe("acme")) { OnConfigure = TestHost.Balancer("first"), OnStart = (_, _) => ++starts < 3 ? throw new InvalidOperationException("boom") : Task.CompletedTask },
            new ScriptedPlugin(ScriptedPlugin.Describe("user", "1.0.0", PluginDependency.OnPlugin("acme", "1.0.0"))) { OnConfigure = TestHost.Balancer("second") },
        ]);

        await host.StartAsync();
        await host.UntilAsync(() => host.Status("user").State == PluginState.Started);

        Assert.Equal(["first", "second"], host.Balancers);
    }

    [Fact]
    public async Task Plugin_ThatDoesNotStart_AndOnWhichTheHostCounts_SaysSo()
    {
        await using var host = new TestHost(
            static options => (options.MaxRestarts, options.RestartDelay) = (1, TimeSpan.FromMinutes(1)),
            present: new ScriptedPlugin(ScriptedPlugin.Describe("acme")) { OnConfigure = TestHost.Balancer("first"), OnStart = static (_, _) => throw new InvalidOperationException("boom") });
        host.Objection = (next, errors) =>
        {
            if (next.Contributors.Length == 1)
            {
                errors.Add("Sira:Routes:r:Balancer", "unknown balancer 'first'.", "Take another.");
            }
        };

        await host.StartAsync();

        Assert.Equal(PluginState.Faulted, host.Status("acme").State);
        Assert.Contains("It is in use, as the host counts on it: ", host.Status("acme").Reason);
        Assert.Equal(HealthStatus.Degraded, host.Health.Status);
        await host.UntilAsync(() => host.Status("acme").State == PluginState.Degraded);
        Assert.Equal(HealthStatus.Degraded, host.Health.Status);
    }

    [Fact]
    public async Task Plugins_ThatDoNotUseOneAnother_LoadAndStartAtTheSameTime()
    {
        // Each waits for all others, at every step; who is alone there gives up.
        using var barrier = new Barrier(4);
        await using var host = new TestHost(present: [.. Enumerable.Range(0, 4).Select(number => new ScriptedPlugin(ScriptedPlugin.Describe($"acme{number}"))
        {
            OnConfigure = (_, _) => Meet(),
            OnStart = (_, _) => Task.Run(Meet, CancellationToken.None),
        })]);

        await host.StartAsync();

        Assert.All(host.Plugins.Plugins, static plugin => Assert.Equal((PluginState.Started, null), (plugin.State, plugin.Reason)));

        void Meet()
        {
            if (!barrier.SignalAndWait(TimeSpan.FromSeconds(20)))
            {
                throw new InvalidOperationException("The others did not come.");
            }
        }
    }

    [Fact]
    public async Task Newcomers_ThatHang_HoldUpNeitherOthersNorWhoStopsAPlugin()
    {
        using var blocked = new ManualResetEventSlim();
        await using var host = new TestHost(static options => options.StartTimeout = TimeSpan.FromHours(1));
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("old")) { OnConfigure = TestHost.Balancer("old") });
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("hang")) { OnStart = (_, _) => Task.Run(blocked.Wait, CancellationToken.None) });
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("new")) { OnConfigure = TestHost.Balancer("new") });

        // The clock stands still: whatever waits for the one that hangs, waits for ever.
        var refreshing = host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        while (!host.Balancers.Contains("new"))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await host.Plugins.StopAsync("old", TestContext.Current.CancellationToken);
        Assert.Equal(["new"], host.Balancers);

        blocked.Set();
        await refreshing;
        Assert.Equal(PluginState.Started, host.Status("hang").State);
        Assert.Equal(PluginState.Unloaded, host.Status("old").State);
    }
}
