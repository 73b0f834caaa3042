using Sira.Plugins.Hosting;
using Sira.Plugins.Manifests;
using Sira.Plugins.Tests.Hosting.Support;

namespace Sira.Plugins.Tests.Hosting;

public class DependentPluginTests
{
    private readonly List<string> journal = [];

    [Fact]
    public async Task Dependencies_StartBeforeAndStopAfterThoseThatUseThem()
    {
        await using var host = new TestHost();
        host.Available.AddRange([Plugin("c", "1.0.0", "b"), Plugin("b", "1.0.0", "a"), Plugin("a")]);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b", "c"], Said("start"));

        host.Available.Clear();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["c", "b", "a"], Said("stop"));
    }

    [Fact]
    public async Task PluginThatIsReplaced_TakesThoseThatUseItAlong()
    {
        await using var host = new TestHost();
        host.Available.AddRange([Plugin("b", "1.0.0", "a"), Plugin("a"), Plugin("other")]);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        journal.Clear();
        host.Available.Add(Plugin("a", "1.1.0"));

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["a 1.1.0", "b 1.0.0"], refresh.Started);
        Assert.Equal(["b", "a"], Said("stop"));
        Assert.DoesNotContain(journal, static entry => entry.StartsWith("other", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UserThatFails_KeepsTheOldVersionOfWhatItUses_AndBothGoOn()
    {
        await using var host = new TestHost();
        host.Available.AddRange([Plugin("b", "1.0.0", "a"), Plugin("a")]);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Available.Add(Plugin("a", "1.1.0"));
        host.Available[0] = new ScriptedPlugin(host.Available[0].Manifest, journal) { Content = "2", OnStart = static (_, _) => throw new InvalidOperationException("boom") };

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Contains("'b' failed to start", Assert.Single(refresh.Problems));
        Assert.Equal((0, 0), (refresh.Started.Count, refresh.Stopped.Count));
        Assert.Equal(("1.0.0", PluginState.Started), (host.Status("a").Version, host.Status("a").State));
        Assert.Equal(PluginState.Started, host.Status("b").State);
    }

    [Fact]
    public async Task PluginThatFails_KeepsAwayThoseThatUseIt_ButNotOthers()
    {
        await using var host = new TestHost();
        host.Available.AddRange([
            Plugin("b", "1.0.0", "a"),
            new ScriptedPlugin(ScriptedPlugin.Describe("a"), journal) { OnStart = static (_, _) => throw new InvalidOperationException("boom") },
            Plugin("c"),
        ]);

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["c 1.0.0"], refresh.Started);
        Assert.Contains("'a' failed to start", Assert.Single(refresh.Problems));
    }

    [Fact]
    public async Task MissingDependency_IsExplained_AndTheOthersRun()
    {
        await using var host = new TestHost();
        host.Available.AddRange([Plugin("b", "1.0.0", "nowhere"), Plugin("c")]);

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["c 1.0.0"], refresh.Started);
        Assert.Contains("nowhere", Assert.Single(refresh.Problems));
        Assert.Equal(PluginState.Discovered, host.Status("b").State);
        Assert.Contains("nowhere", host.Status("b").Reason);
    }

    [Fact]
    public async Task CyclicDependency_IsExplained_AndTheOthersRun()
    {
        await using var host = new TestHost();
        host.Available.AddRange([Plugin("a", "1.0.0", "b"), Plugin("b", "1.0.0", "a"), Plugin("c")]);

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["c 1.0.0"], refresh.Started);
        Assert.NotEmpty(refresh.Problems);
        Assert.Contains(refresh.Problems, static problem => problem.Contains("circle", StringComparison.OrdinalIgnoreCase) || problem.Contains("a → b", StringComparison.Ordinal) || problem.Contains("depend", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StoppingAPlugin_StopsThoseThatUseItToo()
    {
        await using var host = new TestHost();
        host.Available.AddRange([Plugin("b", "1.0.0", "a"), Plugin("a")]);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        var exception = await Record.ExceptionAsync(() => host.Plugins.StopAsync("a", TestContext.Current.CancellationToken));

        Assert.Null(exception);
        Assert.Equal(["b", "a"], Said("stop"));
        Assert.Equal((PluginState.Unloaded, "it was stopped"), (host.Status("a").State, host.Status("a").Reason));
        Assert.Equal(PluginState.Discovered, host.Status("b").State);
        Assert.Contains("'a' was stopped by hand; start it.", host.Status("b").Reason);
        await host.Plugins.StartAsync("a", TestContext.Current.CancellationToken);
        Assert.Equal(PluginState.Started, host.Status("b").State);
    }

    private ScriptedPlugin Plugin(string id, string version = "1.0.0", params string[] uses) =>
        new(ScriptedPlugin.Describe(id, version, [.. uses.Select(static used => PluginDependency.OnPlugin(used, "1.0.0"))]), journal);

    private string[] Said(string what) => [.. journal.Where(entry => entry.EndsWith(": " + what, StringComparison.Ordinal)).Select(static entry => entry.Split(' ')[0])];
}
