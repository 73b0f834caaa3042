using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Plugins.Hosting;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Folders;

public class PluginLifeTests
{
    [Theory]
    [InlineData("sira.AddBackend(\"bad\", _ => throw new InvalidOperationException(\"boom\"))", "boom")]
    [InlineData("sira.AddBackend(\"own\", _ => null)", "added twice")]
    public async Task Plugin_ThatIsThereAtTheStart_AndCannotBeUsed_IsLeftOut(string contribution, string expected)
    {
        await using var host = new PluginHostFixture();
        host.Drop("bad.nupkg", TestPackage.Create("bad", "1.0.0", $$"""public sealed class Plugin : ISiraPlugin { public void Configure(ISiraBuilder sira, PluginContext context) => {{contribution}}; }"""));
        host.Drop("acme.nupkg", TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one")));

        Assert.Equal("own", await host.AskAsync("own/default"));
        Assert.Equal("one", await host.AskAsync("acme/default"));
        var status = host.Plugins.Plugins.Single(static plugin => plugin.Id == "bad");
        Assert.Equal(PluginState.Faulted, status.State);
        Assert.Contains(expected, status.Reason);
    }

    [Fact]
    public async Task Plugins_ThatSpoilTheStartEachByItself_AreLeftOutAndTheOthersRun()
    {
        await using var host = new PluginHostFixture();
        foreach (var id in (string[])["bad1", "bad2"])
        {
            host.Drop($"{id}.nupkg", TestPackage.Create(id, "1.0.0", $$"""public sealed class Plugin : ISiraPlugin { public void Configure(ISiraBuilder sira, PluginContext context) => sira.AddBackend("{{id}}", _ => throw new InvalidOperationException("boom")); }"""));
        }

        host.Drop("acme.nupkg", TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one")));

        Assert.Equal("own", await host.AskAsync("own/default"));
        Assert.Equal("one", await host.AskAsync("acme/default"));
        Assert.Equal(["bad1", "bad2"], host.Plugins.Plugins.Where(static plugin => plugin.State == PluginState.Faulted).Select(static plugin => plugin.Id));
    }

    [Fact]
    public async Task Package_DroppedUpdatedAndRemoved_IsFollowedByTheGateway()
    {
        await using var host = new PluginHostFixture();
        await Assert.ThrowsAsync<RequestFailedException>(() => host.AskAsync("acme/default"));

        host.Drop("acme.1.0.0.nupkg", TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one")));
        var refresh = await host.Plugins.RefreshAsync();
        Assert.Empty(refresh.Problems);
        Assert.Equal(["acme 1.0.0"], refresh.Started);
        Assert.Equal("one", await host.AskAsync("acme/default"));

        host.Drop("acme.1.1.0.nupkg", TestPackage.Create("acme", "1.1.0", PluginSources.Backend("acme", "two")));
        refresh = await host.Plugins.RefreshAsync();
        Assert.Equal(["acme 1.1.0"], refresh.Started);
        Assert.Equal(["acme 1.0.0"], refresh.Stopped);
        Assert.Equal("two", await host.AskAsync("acme/default"));

        host.Delete("acme.1.0.0.nupkg");
        host.Delete("acme.1.1.0.nupkg");
        refresh = await host.Plugins.RefreshAsync();
        Assert.Equal(["acme 1.1.0"], refresh.Stopped);
        await Assert.ThrowsAsync<RequestFailedException>(() => host.AskAsync("acme/default"));
        Assert.Equal("own", await host.AskAsync());

        Assert.True(await host.Plugins.WaitForUnloadAsync());
        Assert.Equal(0, host.Plugins.Unloading);
    }
}
