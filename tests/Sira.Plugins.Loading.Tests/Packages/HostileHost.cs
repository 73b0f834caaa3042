using Sira.Errors;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Packages;

/// <summary>Lets an application meet bad packages: once at its start and once while it runs, beside a good one.</summary>
internal static class HostileHost
{
    private static readonly byte[] Good = TestPackage.Create("good", "1.0.0", PluginSources.Backend("good", "good"));

    /// <summary>Returns what the host says about the packages, having checked that nothing else suffers.</summary>
    public static async Task<string> MeetAsync(params (string File, byte[] Content)[] packages)
    {
        var atStart = await MeetAsync(packages, running: false);
        Assert.Equal(atStart, await MeetAsync(packages, running: true));
        return atStart;
    }

    public static Task<string> MeetAsync(byte[] package) => MeetAsync(("bad.nupkg", package));

    private static async Task<string> MeetAsync((string File, byte[] Content)[] packages, bool running)
    {
        await using var host = new PluginHostFixture();
        host.Drop("good.nupkg", Good);
        if (running)
        {
            await GoesOnAsync(host);
        }

        foreach (var (file, content) in packages)
        {
            host.Drop(file, content);
        }

        await GoesOnAsync(host);
        var first = await host.Plugins.RefreshAsync();
        Assert.Empty(first.Started);
        Assert.Empty(first.Stopped);

        // Told as long as it is so, not only the first time.
        Assert.Equal(first.Problems, (await host.Plugins.RefreshAsync()).Problems);
        await GoesOnAsync(host);
        await Assert.ThrowsAsync<RequestFailedException>(() => host.AskAsync("bad/default"));

        // Taken away, everything is as before.
        foreach (var (file, _) in packages)
        {
            host.Delete(file);
        }

        Assert.Empty((await host.Plugins.RefreshAsync()).Problems);
        await GoesOnAsync(host);
        return string.Join("\n", first.Problems).Replace(host.Folder + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal);
    }

    private static async Task GoesOnAsync(PluginHostFixture host)
    {
        Assert.Equal("good", await host.AskAsync("good/default"));
        Assert.Equal("own", await host.AskAsync("own/default"));
    }
}
