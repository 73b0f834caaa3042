using Sira.Kernel.Discovery;
using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Discovery.Sources;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Registry;

public class EndpointDrainTests
{
    private readonly VirtualTimeProvider time = new();
    private readonly ServiceRegistry registry;
    private readonly Endpoint endpoint;

    public EndpointDrainTests()
    {
        registry = new ServiceRegistry(time, new SeededRandomSource(1));
        endpoint = registry.GetOrAdd("tools", new("a"), CircuitBreakerOptions.Default);
    }

    [Fact]
    public async Task DrainAsync_CallsInFlight_WaitsForTheLast()
    {
        endpoint.Load.Begin();
        endpoint.Load.Begin();

        var draining = endpoint.DrainAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((EndpointHealth.Draining, 0, false), (endpoint.Health, endpoint.HealthFactor, endpoint.IsInService));
        endpoint.Load.End();
        Assert.False(draining.IsCompleted);
        endpoint.Load.End();

        Assert.True(await draining);
        Assert.Equal(EndpointHealth.Draining, endpoint.Health);
        endpoint.EndDrain();
        Assert.Equal(EndpointHealth.Healthy, endpoint.Health);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task DrainAsync_TooSlow_SaysSo()
    {
        endpoint.Load.Begin();
        var draining = endpoint.DrainAsync(TimeSpan.FromSeconds(10));

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.False(await draining);
    }

    [Fact]
    public async Task DrainAsync_Cancelled_GoesOnDraining()
    {
        endpoint.Load.Begin();
        using var cancellation = new CancellationTokenSource();
        var draining = endpoint.DrainAsync(Timeout.InfiniteTimeSpan, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draining);
        Assert.Equal(EndpointHealth.Draining, endpoint.Health);
    }

    [Fact]
    public async Task DrainAsync_SeveralWaiters_AllHear()
    {
        endpoint.Load.Begin();
        var view = endpoint.WithLoad(new EndpointLoad(time));

        var waiters = new[] { endpoint.DrainAsync(TimeSpan.FromMinutes(1)), view.DrainAsync(TimeSpan.FromMinutes(1)), endpoint.DrainAsync(Timeout.InfiniteTimeSpan) };
        Assert.True((view.Signals & EndpointSignals.Draining) != 0);
        endpoint.Load.End();

        Assert.All(await Task.WhenAll(waiters), Assert.True);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DrainAsync_OfTheRegistry_DropsTheEndpointThen(bool inTime)
    {
        endpoint.Load.Begin();
        var draining = registry.DrainAsync("tools", "a", TimeSpan.FromSeconds(5));
        Assert.Single(registry.GetSnapshot("tools").Endpoints);

        if (inTime)
        {
            endpoint.Load.End();
        }

        time.Advance(TimeSpan.FromSeconds(inTime ? 0 : 5));

        Assert.Equal(inTime, await draining);
        Assert.Empty(registry.GetSnapshot("tools").Endpoints);
        Assert.True(await registry.DrainAsync("tools", "a", TimeSpan.Zero));
    }

    [Fact]
    public async Task DrainAsync_OriginListsItAgain_StaysOutUntilItIsListedAsNew()
    {
        var source = new EndpointOrigin("source");
        registry.Update("tools", source, [new("b"), new("c")], CircuitBreakerOptions.Default);
        Assert.True(await registry.DrainAsync("tools", "b", TimeSpan.FromSeconds(1)));

        registry.Update("tools", source, [new("b"), new("c") { Weight = 2 }], CircuitBreakerOptions.Default);
        Assert.Equal("a c", Ids);
        registry.Update("tools", source, [new("c")], CircuitBreakerOptions.Default);
        registry.Update("tools", source, [new("b"), new("c")], CircuitBreakerOptions.Default);

        Assert.Equal("a b c", Ids);
        Assert.Equal(EndpointHealth.Healthy, registry.GetSnapshot("tools").Endpoints[1].Health);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Uncordon_DrainedEndpoint_IsBackAndBeginsAnew(bool byCode)
    {
        var source = new EndpointOrigin("source");
        registry.Update("tools", source, [new("b") { Weight = 2 }], CircuitBreakerOptions.Default);
        await registry.DrainAsync("tools", "b", TimeSpan.FromSeconds(1));
        Assert.Equal(["b"], registry.GetSnapshot("tools").Cordoned);
        Assert.False(registry.Cordon("tools", "b"));

        if (byCode)
        {
            Assert.Equal(EndpointHealth.Healthy, registry.GetOrAdd("tools", new("b"), CircuitBreakerOptions.Default).Health);
        }
        else
        {
            Assert.True(registry.Uncordon("tools", "b"));
            Assert.False(registry.Uncordon("tools", "b"));
        }

        Assert.Equal("a b", Ids);
        Assert.Empty(registry.GetSnapshot("tools").Cordoned);
    }

    [Fact]
    public async Task DrainAsync_ListedByCode_TheSameListDoesNotBringItBack()
    {
        registry.Update("tools", [new("b"), new("c")], CircuitBreakerOptions.Default);
        await registry.DrainAsync("tools", "b", TimeSpan.FromSeconds(1));

        registry.Update("tools", [new("b"), new("c")], CircuitBreakerOptions.Default);
        Assert.Equal("c", Ids);
        Assert.True(registry.Remove("tools", "b"));
        Assert.Empty(registry.GetSnapshot("tools").Cordoned);
        registry.Update("tools", [new("b"), new("c")], CircuitBreakerOptions.Default);

        Assert.Equal("b c", Ids);
    }

    [Fact]
    public async Task DrainAsync_EndpointsAddedOneByOne_LeavesNothingBehind()
    {
        for (var i = 0; i < 1000; i++)
        {
            registry.GetOrAdd("jobs", new($"e{i}"), CircuitBreakerOptions.Default);
            Assert.True(await registry.DrainAsync("jobs", $"e{i}", TimeSpan.FromSeconds(1)));
        }

        Assert.Equal(["tools"], registry.Services);
    }

    [Fact]
    public async Task DrainAsync_FollowedSource_DoesNotListItAgain()
    {
        using var discovery = new EndpointDiscovery(registry, time, new SeededRandomSource(1));
        discovery.Follow("tools", new ScriptedSource("s", ScriptedSource.Gives(["b"], ["b", "c"], ["c"], ["b", "c"])));
        time.Advance(TimeSpan.Zero);
        await registry.DrainAsync("tools", "b", TimeSpan.FromSeconds(1));

        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal("a c", Ids);
        time.Advance(TimeSpan.FromMilliseconds(200));

        Assert.Equal("a b c", Ids);
    }

    [Fact]
    public void Cordon_HandlerThrows_TheCallerDoesNotSuffer()
    {
        registry.EndpointCordoned += (_, cordoned) => throw new InvalidOperationException($"broken listener of {cordoned.EndpointId}");

        Assert.True(registry.Cordon("tools", "a"));

        Assert.Equal("", Ids);
    }

    [Fact]
    public async Task DrainAsync_NegativeTimeout_Throws() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => endpoint.DrainAsync(TimeSpan.FromSeconds(-5)));

    private string Ids => string.Join(' ', registry.GetSnapshot("tools").Endpoints.Select(endpoint => endpoint.Id));
}
