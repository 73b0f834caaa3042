using Sira.Kernel.Health;
using Sira.Kernel.Health.Probing;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Health.Probing;

public class HealthProberConcurrencyTests
{
    [Fact]
    public void Check_ProbeThatBlocksItsThread_DisturbsNoOther()
    {
        var time = new VirtualTimeProvider();
        var registry = new ServiceRegistry(time, new SeededRandomSource(1));
        registry.Update("tools", [new("blocked"), new("fine")], CircuitBreakerOptions.Default);
        using var prober = new HealthProber(registry, time, new SeededRandomSource(1));
        using var release = new ManualResetEventSlim();
        using var blocked = new ManualResetEventSlim();
        var fine = 0;
        prober.Check("tools", HealthProbes.Create("blocking", (endpoint, _) =>
        {
            if (endpoint.Id == "blocked")
            {
                blocked.Set();
                release.Wait(CancellationToken.None);
            }

            Interlocked.Increment(ref fine);
            return new ValueTask<ProbeResult>(ProbeResult.Healthy);
        }));

        // The thread that fires the timer is stuck in the probe; the clock goes on from another.
        var stuck = new Thread(() => time.Advance(TimeSpan.FromSeconds(2)));
        stuck.Start();
        blocked.Wait();
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(Volatile.Read(ref fine) >= 5);
        Assert.Equal([false, true], registry.GetSnapshot("tools").Endpoints.Select(endpoint => endpoint.IsInService));
        release.Set();
        stuck.Join();
    }

    /// <summary>However changes race with the beginning of the watch and with each other, the last one is seen.</summary>
    [Fact]
    public void Check_ChangesWhileTheWatchBegins_MissesNone()
    {
        var time = new VirtualTimeProvider();
        var registry = new ServiceRegistry(time, new SeededRandomSource(1));
        using var prober = new HealthProber(registry, time, new SeededRandomSource(1));
        for (var round = 0; round < 60; round++)
        {
            var service = $"s{round}";
            var asked = new System.Collections.Concurrent.ConcurrentBag<string>();
            TestThreads.Run(3, (index, _) =>
            {
                if (index == 0)
                {
                    prober.Check(service, HealthProbes.Create("noting", (endpoint, _) =>
                    {
                        asked.Add(endpoint.Id);
                        return new ValueTask<ProbeResult>(ProbeResult.Healthy);
                    }));
                    return;
                }

                for (var i = 0; i < 5; i++)
                {
                    registry.GetOrAdd(service, new($"e{index}-{i}"), CircuitBreakerOptions.Default);
                }
            });

            registry.GetOrAdd(service, new("last"), CircuitBreakerOptions.Default);
            time.Advance(TimeSpan.FromSeconds(2));
            Assert.Contains("last", asked);
            registry.Remove(service);
        }
    }

    [Fact]
    public void Check_ServicesChangingOnOtherThreads_EndsWithNothingLeftBehind()
    {
        var time = new VirtualTimeProvider();
        var registry = new ServiceRegistry(time, new SeededRandomSource(1));
        var prober = new HealthProber(registry, time, new SeededRandomSource(1), maximumConcurrency: 2);
        var options = new HealthCheckOptions { Interval = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromMilliseconds(20), RecheckInterval = TimeSpan.FromMilliseconds(10) };
        var check = prober.Check("tools", HealthProbes.Create("odd", (endpoint, _) => endpoint.Id[^1] % 2 == 0
            ? throw new InvalidOperationException("odd")
            : new ValueTask<ProbeResult>(ProbeResult.Healthy)), options);

        TestThreads.Run(4, (index, random) =>
        {
            for (var i = 0; i < 400; i++)
            {
                if (index == 0)
                {
                    time.Advance(TimeSpan.FromMilliseconds(10));
                }
                else if (random.Next(2) == 0)
                {
                    registry.GetOrAdd("tools", new($"e{random.Next(10)}"), CircuitBreakerOptions.Default);
                }
                else
                {
                    registry.Remove("tools", $"e{random.Next(10)}");
                }
            }
        });

        registry.Update("tools", [.. Enumerable.Range(0, 10).Select(i => new EndpointDefinition($"e{i}"))], CircuitBreakerOptions.Default);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(registry.GetSnapshot("tools").Endpoints, endpoint => Assert.Equal(endpoint.Id[^1] % 2 != 0, endpoint.IsInService));
        check.Dispose();
        Assert.All(registry.GetSnapshot("tools").Endpoints, endpoint => Assert.True(endpoint.IsInService));
        prober.Dispose();
        Assert.Equal(0, time.ActiveTimers);
    }
}
