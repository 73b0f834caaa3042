using Microsoft.Extensions.DependencyInjection;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Folders;

/// <summary>What cannot be read is not gone: what runs goes on until there is something whole to replace it with, or it was really taken away.</summary>
public class FolderChangeTests
{
    private static readonly byte[] One = TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one"));
    private static readonly byte[] Two = TestPackage.Create("acme", "1.1.0", PluginSources.Backend("acme", "two"));

    [Fact]
    public async Task Package_OverwrittenInPlace_RunsOnUntilTheNewOneIsWhole()
    {
        await using var host = new PluginHostFixture();
        host.Drop("acme.nupkg", One);
        Assert.Equal("one", await host.AskAsync("acme/default"));
        await using (var copy = new FileStream(Path.Combine(host.Folder, "acme.nupkg"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
        {
            await copy.WriteAsync(Two.AsMemory(0, Two.Length / 2), TestContext.Current.CancellationToken);
            await copy.FlushAsync(TestContext.Current.CancellationToken);
            await GoesOnAsync(host, "Copy it there anew, whole.");
            await copy.WriteAsync(Two.AsMemory(Two.Length / 2), TestContext.Current.CancellationToken);
        }

        var refresh = await host.Plugins.RefreshAsync();
        Assert.Empty(refresh.Problems);
        Assert.Equal(["acme 1.1.0"], refresh.Started);
        Assert.Equal(["acme 1.0.0"], refresh.Stopped);
        Assert.Equal("two", await host.AskAsync("acme/default"));
    }

    [Fact]
    public async Task Package_OverwrittenWithoutBeingCutFirst_RunsOnUntilTheNewOneIsWhole()
    {
        // The end of the old package is there all the while, so that it looks complete.
        await using var host = new PluginHostFixture();
        var publisher = TestPublisher.Acme;
        var (one, two) = (publisher.Sign(One), publisher.Sign(Two));
        host.Drop("acme.nupkg", one);
        Assert.Equal("one", await host.AskAsync("acme/default"));
        host.Drop("acme.nupkg", [.. two.AsSpan(0, one.Length / 2), .. one.AsSpan(one.Length / 2)]);
        await GoesOnAsync(host, "acme.nupkg");

        host.Drop("acme.nupkg", two);
        Assert.Equal(["acme 1.1.0"], (await host.Plugins.RefreshAsync()).Started);
    }

    [Fact]
    public async Task Package_ThatSomebodyKeepsForHimself_RunsOn()
    {
        await using var host = new PluginHostFixture();
        host.Drop("acme.nupkg", One);
        Assert.Equal("one", await host.AskAsync("acme/default"));
        host.Drop("acme.nupkg", Two);
        await using (new FileStream(Path.Combine(host.Folder, "acme.nupkg"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await GoesOnAsync(host, "acme.nupkg' cannot be read: ");
        }

        Assert.Equal(["acme 1.1.0"], (await host.Plugins.RefreshAsync()).Started);
    }

    [Fact]
    public async Task Package_ReplacedByOneWithMistakes_RunsOn()
    {
        await using var host = new PluginHostFixture();
        host.Drop("acme.nupkg", One);
        Assert.Equal("one", await host.AskAsync("acme/default"));
        host.Drop("acme.nupkg", TestPackage.Zip(("sira-plugin.json", "{ \"id\": \"acme\" }"u8.ToArray())));
        await GoesOnAsync(host, "version");

        host.Delete("acme.nupkg");
        Assert.Equal(["acme 1.0.0"], (await host.Plugins.RefreshAsync()).Stopped);
    }

    [Fact]
    public async Task Folder_AwayForAMoment_ItsPluginsRunOn()
    {
        await using var host = new PluginHostFixture();
        host.Drop("acme.nupkg", One);
        Assert.Equal("one", await host.AskAsync("acme/default"));
        Directory.Move(host.Folder, host.Folder + "-away");
        await GoesOnAsync(host, "The folder is not there");

        Directory.Move(host.Folder + "-away", host.Folder);
        var refresh = await host.Plugins.RefreshAsync();
        Assert.Equal((0, 0, 0), (refresh.Started.Count, refresh.Stopped.Count, refresh.Problems.Count));
        host.Delete("acme.nupkg");
        Assert.Equal(["acme 1.0.0"], (await host.Plugins.RefreshAsync()).Stopped);
    }

    [Fact]
    public async Task Folder_TakenOutOfTheConfiguration_ItsPluginsGo()
    {
        var folder = Directory.CreateTempSubdirectory("sira-plugins-").FullName;
        File.WriteAllBytes(Path.Combine(folder, "acme.nupkg"), One);
        await using var host = new PluginHostFixture(settings: new() { ["Sira:Plugins:Folders:0"] = folder });
        Assert.Equal("one", await host.AskAsync("acme/default"));
        Directory.Delete(folder, recursive: true);
        Assert.Empty((await host.Plugins.RefreshAsync()).Stopped);

        // A slip in the list takes nothing away, either.
        host.Configuration["Sira:Plugins:Folders"] = folder;
        host.Configuration.Reload();
        Assert.Empty((await host.Plugins.RefreshAsync()).Stopped);
        host.Configuration["Sira:Plugins:Folders"] = null;
        host.Configuration["Sira:Plugins:Folders:0"] = host.Folder;
        host.Configuration.Reload();
        var refresh = await host.Plugins.RefreshAsync();
        Assert.Empty(refresh.Problems);
        Assert.Equal(["acme 1.0.0"], refresh.Stopped);
    }

    // Looked at twice, and restarted in between: neither needs the file.
    private static async Task GoesOnAsync(PluginHostFixture host, string problem)
    {
        for (var look = 0; look < 2; look++)
        {
            var refresh = await host.Plugins.RefreshAsync();
            Assert.Equal((0, 0), (refresh.Started.Count, refresh.Stopped.Count));
            Assert.Contains(refresh.Problems, told => told.Contains(problem, StringComparison.Ordinal));
            Assert.Equal("one", await host.AskAsync("acme/default"));
            await host.Plugins.RestartAsync("acme");
            Assert.Equal("one", await host.AskAsync("acme/default"));
        }
    }
}
