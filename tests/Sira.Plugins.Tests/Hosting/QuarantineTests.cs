using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Plugins.Configuration;
using Sira.Plugins.Hosting;
using Sira.Plugins.Tests.Hosting.Support;

namespace Sira.Plugins.Tests.Hosting;

/// <summary>What becomes of a plugin that goes on failing: that content of that version stays away, and nothing else.</summary>
public class QuarantineTests
{
    private static void Impatient(PluginOptions options) => options.MaxRestarts = 1;

    [Fact]
    public async Task RepairedVersion_OfAQuarantinedPlugin_IsStarted()
    {
        await using var host = new TestHost(Impatient);
        host.Available.Add(Broken("1.0.0"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        await UntilQuarantinedAsync(host);
        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("acme 1.0.0 is in quarantine. It failed 2 times in a row: ", Assert.Single(refresh.Problems), StringComparison.Ordinal);

        host.Available.Add(Good("2.0.0"));
        refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["acme 2.0.0"], refresh.Started);
        Assert.Equal(("2.0.0", PluginState.Started), (host.Status("acme").Version, host.Status("acme").State));
    }

    [Fact]
    public async Task OtherContent_OfAQuarantinedVersion_IsStarted()
    {
        await using var host = new TestHost(Impatient);
        host.Available.Add(Broken("1.0.0"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        await UntilQuarantinedAsync(host);

        host.Available[0] = Good("1.0.0", "2");

        Assert.Equal(["acme 1.0.0"], (await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken)).Started);
    }

    [Fact]
    public async Task Update_ThatFailsOnceItIsInUse_GivesWayToTheVersionThatRanBefore()
    {
        await using var host = new TestHost(Impatient);
        host.Available.Add(Good("1.0.0"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        // Newer than the one that ran, and never tried.
        host.Available.Add(Good("3.0.0"));
        host.Available.Add(Crashing("4.0.0"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        await host.UntilAsync(() => host.Status("acme") is { Version: "1.0.0", Reason: not null });

        Assert.Equal(PluginState.Started, host.Status("acme").State);
        Assert.StartsWith("acme 4.0.0 is in quarantine. It failed 2 times in a row: ", host.Status("acme").Reason, StringComparison.Ordinal);
        Assert.Empty((await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken)).Started);
        Assert.Equal(HealthStatus.Healthy, host.Health.Status);

        host.Available.Add(Good("5.0.0"));
        Assert.Equal(["acme 5.0.0"], (await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken)).Started);
    }

    [Fact]
    public async Task QuarantinedVersion_ThatIsTakenAway_IsForgotten()
    {
        await using var host = new TestHost(Impatient);
        var broken = Broken("1.0.0");
        host.Available.Add(broken);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        await UntilQuarantinedAsync(host);

        host.Available.Clear();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Empty(host.Plugins.Plugins);

        host.Available.Add(broken);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(PluginState.Faulted, host.Status("acme").State);
    }

    [Fact]
    public async Task Plugin_OnWhichTheHostCounts_StaysInUseAndSaysSo_UntilItIsRepaired()
    {
        await using var host = new TestHost(Impatient);
        host.Available.Add(Crashing("1.0.0"));
        host.Objection = (next, errors) =>
        {
            if (next.Contributors.Length == 1)
            {
                errors.Add("Sira:Routes:r:Targets", "unknown backend 'acme'.", "Take another.");
            }
        };
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        await host.UntilAsync(() => host.Status("acme").State == PluginState.Degraded);

        Assert.Contains("It failed 2 times in a row: ", host.Status("acme").Reason);
        Assert.Contains("It is in use, as the host counts on it: ", host.Status("acme").Reason);
        Assert.Contains("acme 1.0.0: Degraded", host.States);
        Assert.DoesNotContain("acme 1.0.0: Quarantined", host.States);
        Assert.Equal(HealthStatus.Degraded, host.Health.Status);
        Assert.StartsWith("acme 1.0.0 fails and is in use. ", Assert.Single((await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken)).Problems), StringComparison.Ordinal);

        host.Available.Add(Good("2.0.0"));
        Assert.Equal(["acme 2.0.0"], (await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken)).Started);
        Assert.Equal((PluginState.Started, HealthStatus.Healthy), (host.Status("acme").State, host.Health.Status));
    }

    [Fact]
    public async Task Stop_OfAPluginThatWaitsForItsRestart_EndsTheRestarts()
    {
        await using var host = new TestHost();
        host.Available.Add(Broken("1.0.0"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(PluginState.Faulted, host.Status("acme").State);

        await host.Plugins.StopAsync("acme", TestContext.Current.CancellationToken);
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        await Task.Delay(20, TestContext.Current.CancellationToken);

        Assert.Equal((PluginState.Unloaded, "it was stopped"), (host.Status("acme").State, host.Status("acme").Reason));
    }

    [Fact]
    public async Task FaultThatWaitsForTheRestart_IsTheState()
    {
        await using var host = new TestHost(static options => options.RestartDelay = options.MaxRestartDelay = TimeSpan.FromHours(1));
        host.Available.Add(Crashing("1.0.0"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        await host.UntilAsync(() => host.Status("acme").State == PluginState.Faulted);
        Assert.Equal("lost the connection", host.Status("acme").Reason);
        Assert.Equal(HealthStatus.Degraded, host.Health.Status);
    }

    private static Task UntilQuarantinedAsync(TestHost host) => host.UntilAsync(() => host.Status("acme").State == PluginState.Quarantined);

    private static ScriptedPlugin Good(string version, string content = "1") => new(ScriptedPlugin.Describe("acme", version)) { Content = content };

    private static ScriptedPlugin Broken(string version) => new(ScriptedPlugin.Describe("acme", version)) { OnStart = static (_, _) => throw new InvalidOperationException("boom") };

    // Starts well and fails while it starts, in the background.
    private static ScriptedPlugin Crashing(string version)
    {
        ScriptedPlugin? plugin = null;
        return plugin = new ScriptedPlugin(ScriptedPlugin.Describe("acme", version))
        {
            OnStart = (_, _) =>
            {
                plugin!.Contexts[^1].ReportFault(new InvalidOperationException("lost the connection"));
                return Task.CompletedTask;
            },
        };
    }
}
