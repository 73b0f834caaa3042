using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sira.Plugins.Hosting;
using Sira.Plugins.Loading.Tests.Support;
using Sira.Simulation.Time;

namespace Sira.Plugins.Loading.Tests.Folders;

/// <summary>Folders are followed by themselves, whether they are there at the start or not.</summary>
public class FolderWatchTests
{
    private static readonly byte[] One = TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one"));
    private static readonly byte[] Two = TestPackage.Create("acme", "1.1.0", PluginSources.Backend("acme", "two"));

    private readonly VirtualTimeProvider clock = new();

    [Fact(Timeout = 120_000)]
    public async Task Folder_MadeLater_IsFollowed()
    {
        var folder = Path.Combine(Path.GetTempPath(), "sira-later-" + Path.GetRandomFileName(), "plugins");
        await using var host = Host();
        host.Configuration["Sira:Plugins:Folders:0"] = folder;
        await host.StartAsync();
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "acme.1.0.0.nupkg"), One);
        await RunsAsync(host, "1.0.0");
        File.WriteAllBytes(Path.Combine(folder, "acme.1.1.0.nupkg"), Two);
        await RunsAsync(host, "1.1.0");

        // Away, and made anew: what lies there now is followed.
        File.Delete(Path.Combine(folder, "acme.1.1.0.nupkg"));
        await RunsAsync(host, "1.0.0");
        Directory.Move(folder, folder + "-away");
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "acme.1.1.0.nupkg"), Two);
        await RunsAsync(host, "1.1.0");
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task Folder_AddedByAReload_IsFollowed()
    {
        var folder = Directory.CreateTempSubdirectory("sira-reload-").FullName;
        await using var host = Host();
        await host.StartAsync();
        host.Configuration["Sira:Plugins:Folders:0"] = folder;
        host.Configuration.Reload();
        File.WriteAllBytes(Path.Combine(folder, "acme.1.0.0.nupkg"), One);
        await RunsAsync(host, "1.0.0");
        File.WriteAllBytes(Path.Combine(folder, "acme.1.1.0.nupkg"), Two);
        await RunsAsync(host, "1.1.0");
        Directory.Delete(folder, recursive: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task Package_ThatStaysUnreadable_IsToldOnceItHasSettled()
    {
        var log = new RecordedLog();
        await using var host = Host(log);
        await host.StartAsync();
        var before = clock.GetUtcNow();
        host.Drop("acme.nupkg", One[..(One.Length / 2)]);
        await UntilAsync(() => log.Lines.Any(static line => line.Contains("Copy it there anew, whole.", StringComparison.Ordinal)));
        Assert.True(clock.GetUtcNow() - before >= TimeSpan.FromMilliseconds(500));

        host.Drop("acme.nupkg", One);
        await RunsAsync(host, "1.0.0");
    }

    private PluginHostFixture Host(ILoggerProvider? log = null) => new(sira =>
    {
        sira.Services.AddSingleton<TimeProvider>(clock);

        // The clock of the test runs ahead of the threads that start plugins.
        sira.ConfigurePlugins(static options => (options.StartTimeout, options.StopTimeout, options.DrainTimeout) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromHours(1)));
        if (log is not null)
        {
            sira.Services.AddLogging(logging => logging.AddProvider(log));
        }
    });

    private async Task RunsAsync(PluginHostFixture host, string version)
    {
        await UntilAsync(() => host.Plugins.Plugins.Any(plugin => plugin.State == PluginState.Started && plugin.Version == version));
        Assert.Equal(version == "1.0.0" ? "one" : "two", await host.AskAsync("acme/default"));
    }

    private async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            // Files and threads have a time of their own.
            await Task.Delay(2, TestContext.Current.CancellationToken);
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }
    }
}
