using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;
using Sira.Kernel.Discovery;
using Sira.Kernel.Errors;
using Sira.Kernel.Health;
using Sira.Kernel.Health.Detection;
using Sira.Kernel.Registry;
using Sira.Kernel.Registry.Leases;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Registry.Leases;

public sealed class EndpointLeasesTests : IDisposable
{
    private static readonly LeaseOptions TenSeconds = new() { TimeToLive = TimeSpan.FromSeconds(10), RemoveAfter = TimeSpan.FromSeconds(20) };
    private readonly SuspendableTimeProvider time = new();
    private readonly ServiceRegistry registry;
    private readonly ListLogger<EndpointLeases> log = new();
    private readonly EndpointLeases leases;

    public EndpointLeasesTests()
    {
        registry = new ServiceRegistry(time, new SeededRandomSource(1));
        leases = new EndpointLeases(registry, time, logger: log);
    }

    public void Dispose() => leases.Dispose();

    [Fact]
    public void Register_ThenDispose_AddsAndRemoves()
    {
        var lease = leases.Register("tools", new("a") { Weight = 3 }, TenSeconds);
        Assert.Equal(3, Assert.Single(registry.GetSnapshot("tools").Endpoints).Weight);
        Assert.Equal(1, leases.Count);

        lease.Dispose();
        lease.Dispose();

        Assert.Empty(registry.GetSnapshot("tools").Endpoints);
        Assert.Equal((LeaseState.Ended, 0), (lease.State, leases.Count));
        Assert.False(lease.Renew());
        Assert.False(lease.Update(new("a")));
    }

    [Fact]
    public void Register_Several_KeepTheirOrder()
    {
        foreach (var id in new[] { "c", "a", "b" })
        {
            leases.Register("tools", new(id));
        }

        registry.Update("tools", [new("direct")], CircuitBreakerOptions.Default);

        Assert.Equal(["direct", "c", "a", "b"], registry.GetSnapshot("tools").Endpoints.Select(endpoint => endpoint.Id));
    }

    [Fact]
    public void Silence_LapsesThenRemoves()
    {
        var lease = leases.Register("tools", new("a"), TenSeconds);
        var endpoint = registry.GetSnapshot("tools").Endpoints[0];

        time.Run(TimeSpan.FromSeconds(9.9));
        Assert.Equal(EndpointHealth.Healthy, endpoint.Health);
        time.Run(TimeSpan.FromSeconds(0.2));
        Assert.Equal((EndpointHealth.Unhealthy, EndpointSignals.LeaseLapsed, LeaseState.Lapsed), (endpoint.Health, endpoint.Signals, lease.State));
        time.Run(TimeSpan.FromSeconds(19.8));
        Assert.Single(registry.GetSnapshot("tools").Endpoints);
        time.Run(TimeSpan.FromSeconds(0.2));

        Assert.Empty(registry.GetSnapshot("tools").Endpoints);
        Assert.Equal(LeaseState.Ended, lease.State);
        Assert.Equal([1300, 1302], log.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public void Renew_InTime_KeepsItForEver()
    {
        var lease = leases.Register("tools", new("a"), TenSeconds);

        for (var i = 0; i < 1000; i++)
        {
            time.Run(TimeSpan.FromSeconds(9.5));
            Assert.True(lease.Renew());
        }

        Assert.Equal(LeaseState.Active, lease.State);
        Assert.Empty(log.Entries);
    }

    [Fact]
    public void Renew_Lapsed_IsInServiceAgain()
    {
        var lease = leases.Register("tools", new("a"), TenSeconds);
        time.Run(TimeSpan.FromSeconds(15));

        Assert.True(lease.Renew());

        Assert.Equal(EndpointHealth.Healthy, registry.GetSnapshot("tools").Endpoints[0].Health);
        time.Run(TimeSpan.FromSeconds(11));
        Assert.Equal(LeaseState.Lapsed, lease.State);
        Assert.Equal([1300, 1301, 1300], log.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public void RemoveAfter_Infinite_KeepsTheLapsed()
    {
        leases.Register("tools", new("a"), TenSeconds with { RemoveAfter = Timeout.InfiniteTimeSpan });

        time.Run(TimeSpan.FromHours(1));

        Assert.Equal(EndpointSignals.LeaseLapsed, Assert.Single(registry.GetSnapshot("tools").Endpoints).Signals);
    }

    [Fact]
    public void Suspension_OfTheProcess_CostsNobodyHisLease()
    {
        var all = Enumerable.Range(0, 100).Select(i => leases.Register("tools", new($"e{i}"), TenSeconds)).ToArray();
        time.Run(TimeSpan.FromSeconds(5));

        time.Suspend(TimeSpan.FromHours(3));
        time.Run(TimeSpan.FromSeconds(4));

        Assert.All(all, lease => Assert.Equal(LeaseState.Active, lease.State));
        time.Run(TimeSpan.FromSeconds(1));
        Assert.All(all, lease => Assert.Equal(LeaseState.Lapsed, lease.State));
    }

    [Fact]
    public void Register_HeldByAnother_ThrowsAndNamesTheWaysOut()
    {
        var first = leases.Register("tools", new("a"), TenSeconds);

        var error = Assert.Throws<SiraException>(() => leases.Register("TOOLS", new("a") { Weight = 9 }, TenSeconds));

        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        Assert.Contains("TakeOver", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, registry.GetSnapshot("tools").Endpoints[0].Weight);
        Assert.True(first.Renew());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Register_TakingOver_KeepsTheEndpointAndEndsTheOldLease(bool lapsed)
    {
        var first = leases.Register("tools", new("a"), TenSeconds);
        var endpoint = registry.GetSnapshot("tools").Endpoints[0];
        time.Run(TimeSpan.FromSeconds(lapsed ? 15 : 1));

        var second = leases.Register("tools", new("a") { Weight = 9 }, TenSeconds with { TakeOver = !lapsed });

        Assert.Same(endpoint, Assert.Single(registry.GetSnapshot("tools").Endpoints));
        Assert.Equal((9, EndpointHealth.Healthy), (endpoint.Weight, endpoint.Health));
        Assert.False(first.Renew());
        first.Dispose();
        Assert.Single(registry.GetSnapshot("tools").Endpoints);
        Assert.Equal(1, leases.Count);
        second.Dispose();
        Assert.Empty(registry.GetSnapshot("tools").Endpoints);
    }

    [Fact]
    public void Update_NewMetadata_IsSeen()
    {
        var lease = leases.Register("tools", new("a"));

        Assert.True(lease.Update(new("a") { Tags = new HashSet<string> { "gpu" } }));

        Assert.Contains("gpu", registry.GetSnapshot("tools").Endpoints[0].Tags);
        Assert.Throws<ArgumentException>(() => lease.Update(new("b")));
    }

    [Fact]
    public void FailureDetector_RegularHolder_IsFoundOutLongBeforeTheTimeToLive()
    {
        var lease = leases.Register("tools", new("a"), TenSeconds with { TimeToLive = TimeSpan.FromMinutes(1), FailureDetector = new PhiAccrualOptions { AcceptablePause = TimeSpan.FromSeconds(1) } });
        for (var i = 0; i < 60; i++)
        {
            time.Run(TimeSpan.FromMilliseconds(500));
            lease.Renew();
        }

        time.Run(TimeSpan.FromSeconds(1.5));
        Assert.Equal(LeaseState.Active, lease.State);
        time.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(LeaseState.Lapsed, lease.State);
        Assert.True(lease.Phi >= 8);
        Assert.True(lease.Renew());
        Assert.Equal(LeaseState.Active, lease.State);
    }

    [Fact]
    public void Watcher_ThatThrows_DisturbsNobody()
    {
        ChangeToken.OnChange(() => registry.GetSnapshot("tools").ChangeToken, () => throw new InvalidOperationException("broken watcher"));

        var lease = leases.Register("tools", new("a"), TenSeconds);
        time.Run(TimeSpan.FromMinutes(1));

        Assert.Empty(registry.GetSnapshot("tools").Endpoints);
        Assert.Equal(LeaseState.Ended, lease.State);
        Assert.Equal([1300, 1302], log.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public void Update_WatcherThrows_TheHolderDoesNotSuffer()
    {
        var lease = leases.Register("tools", new("a"));
        using var watch = ChangeToken.OnChange(() => registry.GetSnapshot("tools").ChangeToken, () => throw new InvalidOperationException("broken watcher"));

        Assert.True(lease.Update(new("a") { Weight = 3 }));

        Assert.Equal(3, Assert.Single(registry.GetSnapshot("tools").Endpoints).Weight);
    }

    [Fact]
    public void Dispose_LastLeaseOfAService_LeavesNoServiceBehind()
    {
        for (var i = 0; i < 2000; i++)
        {
            leases.Register($"job-{i}", new("worker")).Dispose();
        }

        Assert.Empty(registry.Services);
    }

    [Fact]
    public async Task DrainAsync_LeasedEndpoint_EndsItsLease()
    {
        var lease = leases.Register("tools", new("a"));
        var other = leases.Register("tools", new("b"));

        Assert.True(await registry.DrainAsync("tools", "a", TimeSpan.FromSeconds(1)));

        Assert.Equal((LeaseState.Ended, 1), (lease.State, leases.Count));
        Assert.False(lease.Renew());
        Assert.False(lease.Update(new("a") { Weight = 2 }));
        Assert.Equal("b", Assert.Single(registry.GetSnapshot("tools").Endpoints).Id);
        Assert.True(other.Renew());
        using var anew = leases.Register("tools", new("a"));
        Assert.Equal(EndpointHealth.Healthy, registry.GetSnapshot("tools").Endpoints.Single(endpoint => endpoint.Id == "a").Health);
    }

    [Fact]
    public void Register_BadOptions_NamesAllOfThem()
    {
        var error = Assert.Throws<SiraConfigurationException>(() => leases.Register(
            "tools",
            new("a"),
            new LeaseOptions { TimeToLive = TimeSpan.Zero, RemoveAfter = TimeSpan.FromSeconds(-5), FailureDetector = new PhiAccrualOptions { Threshold = 0 } },
            CircuitBreakerOptions.Default with { Jitter = 7 }));

        Assert.Equal(["Lease:TimeToLive", "Lease:RemoveAfter", "Lease:FailureDetector:Threshold", "CircuitBreaker:Jitter"], error.Errors.Select(mistake => mistake.Path));
        Assert.Empty(registry.Services);
    }

    [Fact]
    public void Dispose_GivesAllBackAndLeavesNoTimer()
    {
        leases.Register("tools", new("a"));
        leases.Register("tools", new("b"));

        leases.Dispose();

        Assert.Empty(registry.GetSnapshot("tools").Endpoints);
        Assert.Equal(TimeSpan.Zero, leases.Stalls.Stalled);
        Assert.Throws<ObjectDisposedException>(() => leases.Register("tools", new("c")));
    }
}
