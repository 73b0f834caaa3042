using Sira.Plugins.Hosting;
using Sira.Plugins.Manifests;
using Sira.Plugins.Tests.Hosting.Support;

namespace Sira.Plugins.Tests.Hosting;

/// <summary>Plugins that come and do not fit what runs: they stay away, and what runs goes on.</summary>
public class NewcomerTests
{
    [Fact]
    public async Task Newcomer_ThatConflictsWithWhatRuns_IsLeftOut()
    {
        await using var host = new TestHost();
        host.Available.Add(Plugin("acme.good"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme.aaa") with { Conflicts = [new PluginConflict("acme.good", PluginRange.Any)] }));

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Empty(refresh.Stopped);
        Assert.Equal(PluginState.Started, host.Status("acme.good").State);
        Assert.Equal(PluginState.Discovered, host.Status("acme.aaa").State);
        Assert.Contains("acme.aaa 1.0.0 conflicts with acme.good", host.Status("acme.aaa").Reason);
        Assert.Contains("acme.aaa is left out, because what runs, what the configuration names and what is part of the host go first: acme.good.", host.Status("acme.aaa").Reason);
    }

    [Fact]
    public async Task Newcomers_ThatNeedAnotherVersionOfWhatIsUsed_AreLeftOut()
    {
        await using var host = new TestHost();
        host.Available.AddRange([Plugin("lib"), Plugin("app.a", "1.0.0", "[1.0,2.0)")]);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Available.AddRange([Plugin("lib", "2.0.0"), Plugin("app.b", "1.0.0", "[2.0,3.0)")]);

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Empty(refresh.Stopped);
        Assert.Equal(("1.0.0", PluginState.Started), (host.Status("lib").Version, host.Status("lib").State));
        Assert.Equal(PluginState.Started, host.Status("app.a").State);
        Assert.Equal(PluginState.Discovered, host.Status("app.b").State);
    }

    [Fact]
    public async Task Plugins_ThatCannotRunTogether_AreNotAllLeftOutWhenNoneRuns()
    {
        await using var host = new TestHost();
        host.Available.AddRange([Plugin("good"), new ScriptedPlugin(ScriptedPlugin.Describe("aaa") with { Conflicts = [new PluginConflict("good", PluginRange.Any)] })]);

        Assert.Equal(["good 1.0.0"], (await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken)).Started);
    }

    [Fact]
    public async Task Newcomer_WhoseVersionTheConfigurationNames_GoesBeforeWhatRuns()
    {
        await using var host = new TestHost(settings: new() { ["Sira:Plugins:Items:acme.aaa:Version"] = "[1.0,2.0)" });
        host.Available.Add(Plugin("acme.good"));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme.aaa") with { Conflicts = [new PluginConflict("acme.good", PluginRange.Any)] }));

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("acme.aaa 1.0.0", "acme.good 1.0.0"), (Assert.Single(refresh.Started), Assert.Single(refresh.Stopped)));
        Assert.Equal(PluginState.Discovered, host.Status("acme.good").State);
        Assert.Contains("acme.good is left out", host.Status("acme.good").Reason);
    }

    private static ScriptedPlugin Plugin(string id, string version = "1.0.0", string? lib = null) =>
        new(ScriptedPlugin.Describe(id, version, lib is null ? [] : [PluginDependency.OnPlugin("lib", lib)]));
}
