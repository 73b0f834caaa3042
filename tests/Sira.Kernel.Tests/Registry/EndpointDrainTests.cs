using Sira.Kernel.Discovery;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
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
    public async Task DrainAsync_NegativeTimeout_Throws() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => endpoint.DrainAsync(TimeSpan.FromSeconds(-5)));
}
