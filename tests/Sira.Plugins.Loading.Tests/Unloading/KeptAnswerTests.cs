using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Unloading;

[Collection(nameof(UnloadCollection))]
public class KeptAnswerTests
{
    [Fact]
    public async Task Plugin_WhoseAnswerAndDecisionAreKept_LeavesMemory()
    {
        await using var host = new PluginHostFixture();
        Assert.Equal("own", await host.AskAsync());

        // An application keeps answers, in a conversation; and with an answer goes the explanation where it came from.
        var kept = await UseAsync(host);
        await host.Plugins.RefreshAsync();

        Assert.True(await UnloadScenario.IsUnloadedAsync(host));
        Assert.Equal("one", kept.Text);
        Assert.Equal("acme/default", kept.GetRouteDecision()?.Target);
    }

    // No frame of the test's own holds anything of the plugin.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<ChatResponse> UseAsync(PluginHostFixture host)
    {
        // The factory is an instance of the plugin's own type, by what it captures.
        host.Drop("acme.nupkg", TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one")));
        Assert.Empty((await host.Plugins.RefreshAsync()).Problems);
        var response = await host.Chat.GetResponseAsync("hello", new ChatOptions { ModelId = "acme/default" });
        host.Delete("acme.nupkg");
        return response;
    }
}
