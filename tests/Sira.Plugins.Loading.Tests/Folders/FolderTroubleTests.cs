using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Errors;
using Sira.Kernel.Health.Status;
using Sira.Plugins.Hosting;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Folders;

public class FolderTroubleTests
{
    private static readonly byte[] One = TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one"));

    [Fact]
    public async Task Folder_Missing_IsToldAndUsedOnceItIsThere()
    {
        var folder = Path.Combine(Path.GetTempPath(), "sira-missing-" + Path.GetRandomFileName());
        await using var host = new PluginHostFixture(sira => sira.AddPluginFolder(folder));
        Assert.Equal("own", await host.AskAsync("own/default"));
        Assert.Equal($"{folder}: The folder is not there. Make it, mount it, or correct the path; what runs of it goes on, and packages are taken up when it is there.", (await host.Plugins.RefreshAsync()).Problems.Single());

        Directory.CreateDirectory(folder);
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "acme.nupkg"), One);
            Assert.Equal(["acme 1.0.0"], (await host.Plugins.RefreshAsync()).Started);
            Assert.Equal("one", await host.AskAsync("acme/default"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        // Who knows for how long: the plugin stays.
        Assert.Empty((await host.Plugins.RefreshAsync()).Stopped);
        Assert.Equal("one", await host.AskAsync("acme/default"));
    }

    [Fact]
    public async Task Folder_ThatIsAFile_IsTold()
    {
        var file = Path.GetTempFileName();
        try
        {
            await using var host = new PluginHostFixture(sira => sira.AddPluginFolder(file));
            Assert.Equal("own", await host.AskAsync("own/default"));
            Assert.Contains($"{file}: ", (await host.Plugins.RefreshAsync()).Problems.Single(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Package_ThatIsAFolderOrALinkToNowhere_IsTold()
    {
        await using var host = new PluginHostFixture();
        Directory.CreateDirectory(Path.Combine(host.Folder, "folder.nupkg"));
        File.CreateSymbolicLink(Path.Combine(host.Folder, "link.nupkg"), Path.Combine(host.Folder, "nowhere"));
        host.Drop("acme.nupkg", One);
        Assert.Equal("one", await host.AskAsync("acme/default"));
        Assert.Contains(Path.Combine(host.Folder, "link.nupkg"), (await host.Plugins.RefreshAsync()).Problems.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_ThatSomebodyKeepsForHimself_IsToldAndTakenLater()
    {
        await using var host = new PluginHostFixture();
        host.Drop("acme.nupkg", One);
        await using (new FileStream(Path.Combine(host.Folder, "acme.nupkg"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal("own", await host.AskAsync("own/default"));
            Assert.Contains("acme.nupkg' cannot be read: ", (await host.Plugins.RefreshAsync()).Problems.Single(), StringComparison.Ordinal);
        }

        Assert.Equal(["acme 1.0.0"], (await host.Plugins.RefreshAsync()).Started);
    }

    [Fact]
    public async Task Package_StillBeingCopied_IsTakenWhenItIsWhole()
    {
        await using var host = new PluginHostFixture();
        var path = Path.Combine(host.Folder, "acme.nupkg");
        await using (var copy = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite))
        {
            await copy.WriteAsync(One.AsMemory(0, One.Length / 3), TestContext.Current.CancellationToken);
            await copy.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal("own", await host.AskAsync("own/default"));
            Assert.Contains("Copy it there anew, whole.", (await host.Plugins.RefreshAsync()).Problems.Single(), StringComparison.Ordinal);
            await copy.WriteAsync(One.AsMemory(One.Length / 3), TestContext.Current.CancellationToken);
        }

        var refresh = await host.Plugins.RefreshAsync();
        Assert.Empty(refresh.Problems);
        Assert.Equal(["acme 1.0.0"], refresh.Started);
        Assert.Equal("one", await host.AskAsync("acme/default"));
    }

    [Fact]
    public async Task Packages_ThatCannotBeRead_AreAmongThePluginsAndInTheHealth()
    {
        await using var host = new PluginHostFixture();
        host.Drop("corrupt.nupkg", new byte[500]);
        host.Drop("unclear.nupkg", TestPackage.Zip(("sira-plugin.json", "{ \"id\": \"unclear\" }"u8.ToArray())));
        host.Drop("one.nupkg", One);
        host.Drop("two.nupkg", TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "two")));
        Assert.Equal("own", await host.AskAsync("own/default"));

        Assert.Equal(["acme 1.0.0", "corrupt.nupkg ", "unclear.nupkg "], host.Plugins.Plugins.Select(static plugin => $"{plugin.Id} {plugin.Version}"));
        Assert.All(host.Plugins.Plugins, static plugin => Assert.Equal(PluginState.Discovered, plugin.State));
        Assert.Contains("claims to be acme 1.0.0", host.Plugins.Plugins[0].Reason, StringComparison.Ordinal);
        Assert.Contains("Version", host.Plugins.Plugins[2].Reason, StringComparison.OrdinalIgnoreCase);
        var health = host.Services.GetRequiredService<ISiraHealth>().Check().Components.Single(static component => component.Name == "plugins");
        Assert.Equal((HealthStatus.Degraded, 3), (health.Status, health.Reasons.Count));
        Assert.StartsWith("The plugin corrupt.nupkg is not loaded: ", health.Reasons[1], StringComparison.Ordinal);

        host.Delete("corrupt.nupkg");
        host.Delete("unclear.nupkg");
        host.Delete("two.nupkg");
        await host.Plugins.RefreshAsync();
        Assert.Equal(PluginState.Started, Assert.Single(host.Plugins.Plugins).State);
    }

    [Fact]
    public async Task Package_ReplacedWhileOthersAreLoaded_IsNotLoadedAsIfItHadBeenChecked()
    {
        // The plugin that is loaded first exchanges the other's package, and leaves its length and its time as they were.
        var swap = """
            public sealed class Plugin : ISiraPlugin
            {
                public void Configure(ISiraBuilder sira, PluginContext context)
                {
                    var (old, fresh) = (context.Settings["Old"], context.Settings["Fresh"]);
                    if (System.IO.File.Exists(fresh))
                    {
                        var time = System.IO.File.GetLastWriteTimeUtc(old);
                        System.IO.File.Move(fresh, old, true);
                        System.IO.File.SetLastWriteTimeUtc(old, time);
                    }
                }
            }
            """;
        await using var host = new PluginHostFixture();
        host.Configuration["Sira:Plugins:Items:aaa:Settings:Old"] = Path.Combine(host.Folder, "acme.nupkg");
        host.Configuration["Sira:Plugins:Items:aaa:Settings:Fresh"] = Path.Combine(host.Folder, "fresh");
        host.Drop("aaa.nupkg", TestPackage.Create("aaa", "1.0.0", swap));
        host.Drop("acme.nupkg", Stored(TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one"), """ "dependencies": [{ "plugin": "aaa", "range": "[1.0,2.0)" }] """)));
        host.Drop("fresh", Stored(TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "two"), """ "dependencies": [{ "plugin": "aaa", "range": "[1.0,2.0)" }] """)));
        Assert.Equal(new FileInfo(Path.Combine(host.Folder, "acme.nupkg")).Length, new FileInfo(Path.Combine(host.Folder, "fresh")).Length);

        Assert.Equal("own", await host.AskAsync("own/default"));
        await Assert.ThrowsAsync<RequestFailedException>(() => host.AskAsync("acme/default"));
        Assert.Contains("has changed since it was checked", host.Plugins.Plugins.Single(static plugin => plugin.Id == "acme").Reason, StringComparison.Ordinal);

        Assert.Equal(["acme 1.0.0"], (await host.Plugins.RefreshAsync()).Started);
        Assert.Equal("two", await host.AskAsync("acme/default"));
    }

    // Not compressed, so that contents of one length make packages of one length.
    private static byte[] Stored(byte[] package)
    {
        using var output = new MemoryStream();
        using (var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            TestPublisher.Tamper(package, files =>
            {
                foreach (var (name, content) in files)
                {
                    using var entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                    entry.Write(content);
                }
            });
        }

        return output.ToArray();
    }
}
