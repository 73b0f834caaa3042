using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Unloading;

[Collection(nameof(UnloadCollection))]
public class CycleTests(ITestOutputHelper output)
{
    // Caches of the process fill in the first cycles; what grows after that grows for ever.
    private const int Settled = 100;

    // eng/soak-plugins.sh sets 2,000.
    private static readonly int Cycles = int.TryParse(Environment.GetEnvironmentVariable("SIRA_PLUGIN_CYCLES"), out var cycles) ? cycles : 100;

    [Fact]
    public async Task Plugin_LoadedUsedAndUnloadedAgainAndAgain_LeavesNoContextAndNoMemory()
    {
        await using var host = new PluginHostFixture(static sira => sira.ConfigurePlugins(static options => options.UnloadTimeout = TimeSpan.FromTicks(1)));
        Assert.Equal("own", await host.AskAsync());
        var package = TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one"));
        var (settled, managed) = (0L, 0L);
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            host.Drop("acme.nupkg", package);
            Assert.Empty((await host.Plugins.RefreshAsync()).Problems);
            Assert.Equal("one", await host.AskAsync("acme/default"));
            host.Delete("acme.nupkg");
            await host.Plugins.RefreshAsync();
            await host.Plugins.WaitForUnloadAsync();
            if (cycle % 500 == Settled)
            {
                (settled, managed) = settled == 0 ? (ResidentBytes(), GC.GetTotalMemory(forceFullCollection: true)) : (settled, managed);
                output.WriteLine($"cycle {cycle}: resident {ResidentBytes() >> 10} KB, managed {GC.GetTotalMemory(forceFullCollection: true) >> 10} KB");
            }
        }

        Assert.True(await UnloadScenario.IsUnloadedAsync(host));
        Assert.Equal(0, host.Plugins.Unloading);
        if (settled > 0)
        {
            // Measured: nothing. Half a kilobyte for each of 2,000 cycles would fail.
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, 1L << 20);
            output.WriteLine($"{Cycles} cycles, 0 surviving contexts, resident {settled >> 10} KB after cycle {Settled}, {ResidentBytes() >> 10} KB at the end; managed {managed >> 10} KB and {GC.GetTotalMemory(forceFullCollection: true) >> 10} KB");
        }
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
