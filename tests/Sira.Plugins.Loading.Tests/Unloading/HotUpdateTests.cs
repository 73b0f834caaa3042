using System.Diagnostics;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Unloading;

[Collection(nameof(UnloadCollection))]
public class HotUpdateTests(ITestOutputHelper output)
{
    // eng/soak-plugins.sh sets more.
    private static readonly int Updates = int.TryParse(Environment.GetEnvironmentVariable("SIRA_PLUGIN_UPDATES"), out var updates) ? updates : 5;

    [Fact]
    public async Task Plugin_ReplacedUnderLoad_FailsNoCall()
    {
        const int Callers = 2;
        const int CallsPerMillisecond = 5;
        await using var host = new PluginHostFixture();
        Assert.Equal("own", await host.AskAsync());
        host.Drop("acme.1.0.0.nupkg", TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "0")));
        Assert.Empty((await host.Plugins.RefreshAsync()).Problems);
        var packages = Enumerable.Range(1, Updates).Select(static number => TestPackage.Create("acme", $"1.{number}.0", PluginSources.Backend("acme", $"{number % 20}"))).ToArray();
        using var ending = new CancellationTokenSource();
        var (calls, failures, seen) = (0L, new System.Collections.Concurrent.ConcurrentQueue<Exception>(), new System.Collections.Concurrent.ConcurrentDictionary<string, bool>());
        var clock = Stopwatch.StartNew();
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            var own = 0L;
            while (!ending.IsCancellationRequested)
            {
                try
                {
                    seen.TryAdd(await host.AskAsync("acme/default"), true);
                }
                catch (Exception exception)
                {
                    failures.Enqueue(exception);
                }

                Interlocked.Increment(ref calls);

                // Five calls a millisecond between them, and no faster.
                while (++own > clock.ElapsedMilliseconds * CallsPerMillisecond / Callers && !ending.IsCancellationRequested)
                {
                    own--;
                    await Task.Yield();
                }
            }
        })).ToArray();

        for (var number = 1; number <= Updates; number++)
        {
            host.Drop($"acme.1.{number}.0.nupkg", packages[number - 1]);
            var refresh = await host.Plugins.RefreshAsync();
            Assert.Equal([$"acme 1.{number}.0"], refresh.Started);
            host.Delete($"acme.1.{number - 1}.0.nupkg");
        }

        while (!seen.ContainsKey($"{Updates % 20}"))
        {
            await Task.Yield();
        }

        ending.Cancel();
        await Task.WhenAll(callers);
        Assert.Empty(failures);
        output.WriteLine($"{Updates} updates under {calls / clock.Elapsed.TotalSeconds:F0} calls/s ({calls} calls), {failures.Count} failed");
    }
}
