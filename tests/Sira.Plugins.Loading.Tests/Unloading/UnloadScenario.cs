using Microsoft.Extensions.AI;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Unloading;

/// <summary>Takes a plugin through its life: from the folder, through its behaviour, to its end.</summary>
internal static class UnloadScenario
{
    // Measured: what unloads at all does so in two or three collections.
    private const int Collections = 12;

    /// <summary>Makes a plugin do it and takes it away. It may be in memory still.</summary>
    public static async Task LiveAsync(PluginHostFixture host, UnloadBehaviour behaviour)
    {
        // Asked before there is any plugin, so that this one comes while the host runs.
        Assert.Equal("own", await host.AskAsync());
        var ran = HostState.Ran;
        var file = behaviour.PluginId + ".nupkg";
        host.Drop(file, behaviour.Package());
        var refresh = await host.Plugins.RefreshAsync();
        Assert.Empty(refresh.Problems);
        Assert.Equal("done", await host.AskAsync("leaker/default"));
        Assert.Equal(ran + 1, HostState.Ran);
        host.Delete(file);
        refresh = await host.Plugins.RefreshAsync();
        Assert.Equal([behaviour.PluginId + " 1.0.0"], refresh.Stopped);
    }

    /// <summary>Says whether the code of everything that has ended leaves memory, by collections and not by time.</summary>
    public static async Task<bool> IsUnloadedAsync(PluginHostFixture host, int collections = Collections)
    {
        for (var i = 0; i < collections; i++)
        {
            if (await host.Plugins.WaitForUnloadAsync())
            {
                return true;
            }
        }

        return false;
    }
}
