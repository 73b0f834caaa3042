using Sira.Kernel.Balancing;
using Sira.Kernel.Balancing.Selection;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Tests.Balancing.Selection;

public class FailoverExtensionsTests
{
    private readonly SelectorFixture fixture = new(SelectorFixture.Level(0, 5));

    [Fact]
    public async Task InvokeAsync_FirstFails_SucceedsAtAnother()
    {
        var called = new List<string>();

        var result = await fixture.Select().InvokeAsync(fixture.Time, (endpoint, seen, _) =>
        {
            seen.Add(endpoint.Id);
            fixture.Time.Advance(TimeSpan.FromSeconds(seen.Count));
            return seen.Count < 3 ? throw new TimeoutException() : new ValueTask<string>(endpoint.Id);
        }, called);

        Assert.Equal(3, called.Distinct().Count());
        Assert.Equal(called[2], result);
        Assert.Equal(TimeSpan.FromSeconds(3), fixture[result].Load.Latency);
        Assert.Null(fixture[called[0]].Load.Latency);
        Assert.All(fixture.Registry.GetSnapshot("tools").Endpoints, endpoint => Assert.Equal(0, endpoint.Load.InFlight));
    }

    [Fact]
    public async Task InvokeAsync_AllFail_SaysWhichAndWhy()
    {
        var error = await Assert.ThrowsAsync<EndpointUnavailableException>(async () => await fixture.Select().InvokeAsync<int, int>(
            fixture.Time, (_, _, _) => throw new TimeoutException(), 0, new FailoverOptions { MaximumAttempts = 2 }));

        Assert.Equal(2, error.Tried.Distinct().Count());
        Assert.Contains($"{error.Tried[0]} (TimeoutException)", error.Message, StringComparison.Ordinal);
        Assert.Contains("5 are healthy", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, Assert.IsType<AggregateException>(error.InnerException).InnerExceptions.Count);
    }

    [Fact]
    public async Task InvokeAsync_NoEndpoints_SaysSo()
    {
        fixture.Registry.Remove("tools");

        var error = await Assert.ThrowsAsync<EndpointUnavailableException>(async () => await fixture.Select().InvokeAsync(fixture.Time, (_, _, _) => new ValueTask<int>(1), 0));

        Assert.Equal("There is no endpoint of service 'tools' to call. It has no endpoints: register one, or check its discovery source.", error.Message);
    }

    [Fact]
    public async Task InvokeAsync_CallersOwnMistake_IsThrownAtOnceAndCountsForNothing()
    {
        var calls = 0;
        var options = new FailoverOptions { Classify = static exception => exception is ArgumentException ? CircuitOutcome.Neutral : CircuitOutcome.Failure };

        for (var i = 0; i < 50; i++)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await fixture.Select().InvokeAsync<int, int>(fixture.Time, (_, _, _) =>
            {
                calls++;
                throw new ArgumentException("bad request");
            }, 0, options));
        }

        Assert.Equal(50, calls);
        Assert.All(fixture.Registry.GetSnapshot("tools").Endpoints, endpoint => Assert.Equal(CircuitState.Closed, endpoint.Breaker.State));
    }

    [Fact]
    public async Task InvokeAsync_CallerCancels_StopsWithoutBlamingTheEndpoint()
    {
        using var cancellation = new CancellationTokenSource();
        var calls = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await fixture.Select().InvokeAsync<int, int>(fixture.Time, (_, _, token) =>
        {
            calls++;
            cancellation.Cancel();
            token.ThrowIfCancellationRequested();
            return new ValueTask<int>(1);
        }, 0, cancellationToken: cancellation.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await fixture.Select().InvokeAsync(fixture.Time, (_, _, _) => new ValueTask<int>(calls++), 0, cancellationToken: cancellation.Token));

        Assert.Equal(1, calls);
        Assert.All(fixture.Registry.GetSnapshot("tools").Endpoints, endpoint => Assert.Equal(0, endpoint.Load.InFlight));
    }

    [Fact]
    public async Task InvokeAsync_OneEndpointAlwaysFails_IsBrokenAndLeftAlone()
    {
        var bad = 0;
        var selector = fixture.Select(balancer: LoadBalancers.RoundRobin);

        for (var i = 0; i < 200; i++)
        {
            await selector.InvokeAsync(fixture.Time, (endpoint, _, _) => endpoint.Id != "p0-0" ? new ValueTask<int>(1) : throw new InvalidOperationException($"{++bad}"), 0);
        }

        Assert.Equal(5, bad);
    }
}
