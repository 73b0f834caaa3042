using Sira.Plugins.Configuration;
using Sira.Plugins.Hosting;
using Sira.Plugins.Tests.Hosting.Support;

namespace Sira.Plugins.Tests.Hosting;

/// <summary>Plugins that fail are restarted with growing pauses, and given up on when they go on failing.</summary>
public class SupervisionTests
{
    private static void Quick(PluginOptions options) => options.StableAfter = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task PluginThatDoesNotStart_IsTriedAgain_UntilItDoes()
    {
        var starts = 0;
        await using var host = new TestHost(Quick);
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme"))
        {
            OnConfigure = TestHost.Balancer("first"),
            OnStart = (_, _) => ++starts < 3 ? throw new InvalidOperationException("boom") : Task.CompletedTask,
        });

        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(PluginState.Faulted, host.Status("acme").State);
        await host.UntilAsync(() => host.Status("acme").State == PluginState.Started);

        Assert.Equal((3, 2), (starts, host.Status("acme").Restarts));
        Assert.Equal(["first"], host.Balancers);
        await host.UntilAsync(() => host.Status("acme").Restarts == 0);
    }

    [Fact]
    public async Task PluginThatGoesOnFailing_IsQuarantined_UntilItIsStartedByHand()
    {
        var starts = 0;
        var isMended = false;
        await using var host = new TestHost(static options => options.MaxRestarts = 3);
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme"))
        {
            OnStart = (_, _) =>
            {
                starts++;
                return isMended ? Task.CompletedTask : throw new InvalidOperationException("boom");
            },
        });
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        await host.UntilAsync(() => host.Plugins.Plugins.Any(static plugin => plugin.State == PluginState.Quarantined));
        Assert.Equal(4, starts);
        Assert.Contains("boom", host.Status("acme").Reason);

        isMended = true;
        await host.PassAsync(host.Plugins.RefreshAsync(TestContext.Current.CancellationToken));
        Assert.Equal(4, starts);
        await host.PassAsync(host.Plugins.StartAsync("acme", TestContext.Current.CancellationToken));
        Assert.Equal((5, PluginState.Started), (starts, host.Status("acme").State));
    }

    [Fact]
    public async Task FaultThatThePluginReports_BringsANewInstance_AndTheOldOneGoes()
    {
        await using var host = new TestHost(Quick);
        var plugin = new ScriptedPlugin(ScriptedPlugin.Describe("acme"));
        host.Available.Add(plugin);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        plugin.Contexts[0].ReportFault(new InvalidOperationException("lost the connection"));
        await host.UntilAsync(() => plugin.Contexts.Count == 2 && plugin.Contexts[0].Stopping.IsCancellationRequested);

        // Nobody listens to one that is gone.
        plugin.Contexts[0].ReportFault(new InvalidOperationException("once more"));
        await host.UntilAsync(() => host.Status("acme").Restarts == 0);
        Assert.Equal((2, PluginState.Started), (plugin.Contexts.Count, host.Status("acme").State));
    }

    [Fact]
    public async Task CallsThatThrowTooOften_AreAFault()
    {
        var isBroken = true;
        await using var host = new TestHost(static options =>
        {
            Quick(options);
            options.MinimumCalls = 10;
        });
        var plugin = new ScriptedPlugin(ScriptedPlugin.Describe("acme")) { OnConfigure = TestHost.Balancer("first", () => isBroken ? throw new InvalidOperationException() : 0) };
        host.Available.Add(plugin);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        await host.StartAsync();

        host.Pick("first", times: 9);
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((9L, 9L, 1), (host.Status("acme").Calls, host.Status("acme").Faults, plugin.Contexts.Count));
        host.Pick("first", times: 10);
        await host.UntilAsync(() => plugin.Contexts.Count == 2);
        isBroken = false;
        await host.UntilAsync(() => host.Status("acme").Restarts == 0);
        host.Pick("first", times: 100);
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((100L, 0L, 2), (host.Status("acme").Calls, host.Status("acme").Faults, plugin.Contexts.Count));
    }
}
