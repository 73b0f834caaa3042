using Sira.Kernel.Configuration;
using Sira.Kernel.Errors;
using Sira.Kernel.Health;
using Sira.Kernel.Health.Probing;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Health.Probing;

public sealed class HealthProberTests : IDisposable
{
    private static readonly ProbeResult Bad = ProbeResult.Unhealthy("it is ill");
    private readonly SuspendableTimeProvider time = new();
    private readonly SeededRandomSource random = new(5);
    private readonly ListLogger<HealthProber> log = new();
    private readonly ServiceRegistry registry;
    private readonly HealthProber prober;

    public HealthProberTests()
    {
        registry = new ServiceRegistry(time, random);
        prober = new HealthProber(registry, time, random, logger: log, maximumConcurrency: 4);
    }

    public void Dispose() => prober.Dispose();

    /// <summary>Anchor 4.2 #14: whenever and however an endpoint dies, it is out of service within three intervals.</summary>
    [Theory]
    [InlineData("refuses")]
    [InlineData("hangs")]
    [InlineData("throws")]
    public void Check_EndpointDies_IsOutWithinThreeIntervals(string how)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var clock = new SuspendableTimeProvider();
            var own = new ServiceRegistry(clock, new SeededRandomSource(seed));
            var endpoint = own.GetOrAdd("tools", new("a"), CircuitBreakerOptions.Default);
            using var checks = new HealthProber(own, clock, new SeededRandomSource(seed));
            var dead = false;
            checks.Check("tools", new ScriptedProbe(clock, _ => !dead ? ProbeResult.Healthy : how == "refuses" ? Bad : how == "throws" ? throw new InvalidOperationException("gone") : null));
            clock.Run(TimeSpan.FromSeconds(60 + (seed * 0.17)));
            Assert.True(endpoint.IsInService);

            dead = true;
            clock.Run(TimeSpan.FromSeconds(30));

            Assert.Equal((false, EndpointSignals.ProbeFailing, EndpointHealth.Unhealthy), (endpoint.IsInService, endpoint.Signals, endpoint.Health));
        }
    }

    /// <summary>Anchor 4.2 #14: an hour in which this process stops again and again for up to a minute. Nobody else is to pay for it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Check_AnHourOfStallsOfTheObserver_EvictsNobody(int seed)
    {
        var weather = new SeededRandomSource(seed);
        var endpoints = Enumerable.Range(0, 20).Select(i => registry.GetOrAdd("tools", new($"e{i}"), CircuitBreakerOptions.Default)).ToArray();
        var probe = new ScriptedProbe(time, _ => ProbeResult.Healthy, TimeSpan.FromMilliseconds(300));
        prober.Check("tools", probe, new HealthCheckOptions { Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMilliseconds(800), UnhealthyThreshold = 1 });
        var end = time.GetUtcNow().AddHours(1);
        var evictions = 0;
        while (time.GetUtcNow() < end)
        {
            time.Suspend(TimeSpan.FromMilliseconds(50 * Math.Exp(weather.NextDouble() * Math.Log(1200))));
            evictions += endpoints.Count(endpoint => !endpoint.IsInService);
            time.Run(TimeSpan.FromMilliseconds(100 + weather.Next(1500)));
            evictions += endpoints.Count(endpoint => !endpoint.IsInService);
        }

        Assert.Equal(0, evictions);
        Assert.Empty(log.Entries);
        Assert.True(probe.Asked.Count > 1000);
    }

    [Fact]
    public void Check_EndpointRecovers_IsBackAfterTheThreshold()
    {
        var endpoint = registry.GetOrAdd("tools", new("a"), CircuitBreakerOptions.Default);
        var ill = true;
        prober.Check("tools", new ScriptedProbe(time, _ => ill ? Bad : ProbeResult.Healthy), new HealthCheckOptions { Jitter = 0, HealthyThreshold = 3 });
        time.Run(TimeSpan.FromSeconds(30));
        Assert.False(endpoint.IsInService);

        ill = false;
        time.Run(TimeSpan.FromSeconds(3.9));
        Assert.False(endpoint.IsInService);
        time.Run(TimeSpan.FromSeconds(1.2));

        Assert.True(endpoint.IsInService);
        Assert.Equal([1310, 1311], log.Entries.Select(entry => entry.Id));
        Assert.Equal("Endpoint a of service tools is out of service: 3 checks by scripted failed, the last because it is ill.", log.Entries[0].Message);
    }

    [Fact]
    public void Check_Flapping_StaysWhereItIs()
    {
        var endpoint = registry.GetOrAdd("tools", new("a"), CircuitBreakerOptions.Default);
        var turn = 0;
        prober.Check("tools", new ScriptedProbe(time, _ => turn++ % 3 == 2 ? ProbeResult.Healthy : Bad));

        for (var i = 0; i < 600; i++)
        {
            time.Run(TimeSpan.FromSeconds(1));
            Assert.True(endpoint.IsInService);
        }

        Assert.True(turn > 50);
    }

    [Fact]
    public void Check_Degraded_GetsAQuarterOfItsShareAndRecovers()
    {
        var endpoint = registry.GetOrAdd("tools", new("a"), CircuitBreakerOptions.Default);
        var result = ProbeResult.Degraded("it is busy");
        prober.Check("tools", new ScriptedProbe(time, _ => result));

        time.Run(TimeSpan.FromSeconds(2));
        Assert.Equal((EndpointHealth.Degraded, 0.25, true), (endpoint.Health, endpoint.HealthFactor, endpoint.IsInService));
        result = ProbeResult.Healthy;
        time.Run(TimeSpan.FromSeconds(10));

        Assert.Equal((EndpointHealth.Healthy, 1), (endpoint.Health, endpoint.HealthFactor));
    }

    [Fact]
    public void Check_StartupGrace_ForgivesUntilTheFirstPass()
    {
        var endpoint = registry.GetOrAdd("tools", new("a"), CircuitBreakerOptions.Default);
        var ill = true;
        prober.Check("tools", new ScriptedProbe(time, _ => ill ? Bad : ProbeResult.Healthy), new HealthCheckOptions { StartupGrace = TimeSpan.FromMinutes(5) });

        time.Run(TimeSpan.FromMinutes(2));
        Assert.True(endpoint.IsInService);
        ill = false;
        time.Run(TimeSpan.FromSeconds(11));
        ill = true;
        time.Run(TimeSpan.FromSeconds(30));

        Assert.False(endpoint.IsInService);
    }

    [Fact]
    public void Check_ManyEndpoints_RunsABoundedNumberAtATimeAndAsksThemAll()
    {
        registry.Update("tools", [.. Enumerable.Range(0, 40).Select(i => new EndpointDefinition($"e{i}"))], CircuitBreakerOptions.Default);
        var probe = new ScriptedProbe(time, _ => ProbeResult.Healthy, TimeSpan.FromMilliseconds(500));
        prober.Check("tools", probe);

        time.Run(TimeSpan.FromMinutes(1));

        Assert.Equal(4, probe.Most);
        Assert.All(probe.Asked.CountBy(asked => asked.Id), count => Assert.InRange(count.Value, 5, 8));
        Assert.Equal(40, probe.Asked.DistinctBy(asked => asked.Id).Count());
    }

    [Fact]
    public void Check_ProbeThatIgnoresItsToken_IsNotAskedAgainUntilItReturns()
    {
        var endpoint = registry.GetOrAdd("tools", new("a"), CircuitBreakerOptions.Default);
        var pending = new TaskCompletionSource<ProbeResult>();
        var asked = 0;
        prober.Check("tools", HealthProbes.Create("stubborn", (_, _) =>
        {
            asked++;
            return asked == 1 ? new ValueTask<ProbeResult>(pending.Task) : new ValueTask<ProbeResult>(ProbeResult.Healthy);
        }));

        time.Run(TimeSpan.FromMinutes(1));
        Assert.Equal((1, false), (asked, endpoint.IsInService));
        pending.SetResult(ProbeResult.Healthy);
        time.Run(TimeSpan.FromSeconds(15));

        Assert.True(asked > 1);
        Assert.True(endpoint.IsInService);
    }

    [Fact]
    public void Check_ServiceChanges_FollowsAndForgets()
    {
        var probe = new ScriptedProbe(time, _ => Bad);
        var check = prober.Check("tools", probe);
        var endpoint = registry.GetOrAdd("tools", new("a"), CircuitBreakerOptions.Default);
        time.Run(TimeSpan.FromSeconds(30));
        Assert.False(endpoint.IsInService);

        registry.Remove("tools", "a");
        Assert.True(endpoint.IsInService);
        var asked = probe.Asked.Count;
        time.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(asked, probe.Asked.Count);

        var again = registry.GetOrAdd("tools", new("a"), CircuitBreakerOptions.Default);
        time.Run(TimeSpan.FromSeconds(30));
        Assert.False(again.IsInService);
        check.Dispose();
        Assert.True(again.IsInService);
        asked = probe.Asked.Count;
        time.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(asked, probe.Asked.Count);
    }

    [Fact]
    public void Check_TheSameServiceTwice_ThrowsUntilTheFirstEnds()
    {
        var first = prober.Check("tools", new ScriptedProbe(time, _ => Bad));

        var error = Assert.Throws<SiraException>(() => prober.Check("TOOLS", new TcpProbe()));

        Assert.Contains("'scripted'", error.Message, StringComparison.Ordinal);
        first.Dispose();
        prober.Check("TOOLS", new TcpProbe());
    }

    [Fact]
    public void Check_BadOptions_NamesAllOfThem()
    {
        var error = Assert.Throws<SiraConfigurationException>(() => prober.Check("tools", new TcpProbe(), new HealthCheckOptions
        {
            Interval = TimeSpan.FromSeconds(1),
            Timeout = TimeSpan.FromSeconds(2),
            RecheckInterval = TimeSpan.Zero,
            Jitter = -1,
            UnhealthyThreshold = 0,
            HealthyThreshold = 0,
            StartupGrace = TimeSpan.FromSeconds(-1),
            Path = "health",
        }));

        Assert.Equal(7, error.Errors.Count);
        Assert.Contains("HealthCheck:Timeout: 00:00:02 is out of range. Use 10ms to the interval, 1s.", error.Message, StringComparison.Ordinal);
    }
}
