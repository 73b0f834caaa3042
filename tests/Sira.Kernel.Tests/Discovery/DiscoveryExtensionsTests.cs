using Sira.Kernel.Discovery;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Discovery;

public class DiscoveryExtensionsTests
{
    private static readonly CircuitBreakerOptions Options = CircuitBreakerOptions.Default;
    private readonly ServiceRegistry registry = new(new VirtualTimeProvider(), new SeededRandomSource(1));

    public static TheoryData<string, string> Filters => new()
    {
        { "none", "a b c" },
        { "all", "a" },
        { "any", "a b" },
        { "no", "c" },
        { "metadata", "b" },
        { "region", "a b" },
        { "zone", "a" },
        { "health", "a c" },
        { "predicate", "c" },
        { "both", "b" },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public void Discover_Filter_LetsThoseAndOnlyThosePass(string which, string expected)
    {
        registry.Update("tools", [
            new("a") { Tags = Set("gpu", "fast"), Locality = new Locality("eu", "1") },
            new("b") { Tags = Set("gpu"), Locality = new Locality("eu", "2"), Metadata = new Dictionary<string, string> { ["version"] = "2" } },
            new("c") { Metadata = new Dictionary<string, string> { ["version"] = "1" } },
        ], Options);
        registry.GetSnapshot("tools").Endpoints[1].BeginDrain();
        var filter = which switch
        {
            "all" => new EndpointFilter { AllTags = ["gpu", "fast"] },
            "any" => new EndpointFilter { AnyTag = ["fast", "gpu", "other"] },
            "no" => new EndpointFilter { NoTag = ["gpu"] },
            "metadata" => new EndpointFilter { Metadata = new Dictionary<string, string> { ["version"] = "2" } },
            "region" => new EndpointFilter { Locality = new Locality("eu") },
            "zone" => new EndpointFilter { Locality = new Locality("eu", "1") },
            "health" => new EndpointFilter { Health = [EndpointHealth.Healthy, EndpointHealth.Degraded] },
            "predicate" => new EndpointFilter { Predicate = endpoint => endpoint.Id == "c" },
            "both" => new EndpointFilter { AllTags = ["gpu"], NoTag = ["fast"] },
            _ => null,
        };

        Assert.Equal(expected.Split(' '), registry.Discover("tools", filter).Endpoints.Select(endpoint => endpoint.Id));
    }

    [Fact]
    public void GetHealth_MixedService_CountsEachOnce()
    {
        registry.Update("tools", [new("a"), new("b"), new("c"), new("d"), new("e")], Options with { ConsecutiveFailures = 1 });
        var endpoints = registry.GetSnapshot("tools").Endpoints;
        endpoints[1].BeginDrain();
        endpoints[2].Signal(EndpointSignals.ProbeFailing | EndpointSignals.LeaseLapsed, raise: true);
        endpoints[3].Signal(EndpointSignals.ProbeDegraded, raise: true);
        endpoints[4].Breaker.TryEnter(out var permit);
        endpoints[4].Breaker.Record(permit, CircuitOutcome.Failure);

        Assert.Equal(new ServiceHealth(1, 1, 1, 2), registry.GetHealth("tools"));
        Assert.True(registry.GetHealth("tools").IsAvailable);
        Assert.Equal((0, false), (registry.GetHealth("nobody").Total, registry.GetHealth("nobody").IsAvailable));
    }

    [Fact]
    public async Task WatchAsync_Changes_AreSeenAndOthersAreNot()
    {
        await using var watch = registry.WatchAsync("tools", new EndpointFilter { AllTags = ["gpu"], Health = [EndpointHealth.Healthy] }).GetAsyncEnumerator();
        Assert.Empty(await Next(watch));

        registry.Update("tools", [new("a") { Tags = Set("gpu") }, new("b")], Options);
        Assert.Equal(["a"], await Next(watch));
        registry.GetOrAdd("tools", new("c"), Options);
        registry.GetSnapshot("tools").Endpoints[0].BeginDrain();
        Assert.Empty(await Next(watch));
        registry.GetSnapshot("tools").Endpoints[0].EndDrain();
        Assert.Equal(["a"], await Next(watch));
        var waiting = watch.MoveNextAsync().AsTask();
        registry.GetOrAdd("tools", new("d"), Options);
        registry.Remove("tools", "b");
        Assert.False(waiting.IsCompleted);
        registry.Remove("tools");

        Assert.True(await waiting);
        Assert.Empty(watch.Current.Endpoints);
    }

    [Fact]
    public async Task WatchAsync_SlowConsumer_GetsTheLatestAndNotEveryOne()
    {
        await using var watch = registry.WatchAsync("tools").GetAsyncEnumerator();
        await watch.MoveNextAsync();

        for (var i = 0; i < 1000; i++)
        {
            registry.Update("tools", [new($"e{i}")], Options);
        }

        Assert.Equal(["e999"], await Next(watch));
        var next = watch.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        registry.Remove("tools");
        await next;
    }

    [Fact]
    public async Task WatchAsync_Cancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        await using var watch = registry.WatchAsync("tools", cancellationToken: cancellation.Token).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var waiting = watch.MoveNextAsync().AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    /// <summary>aspire#16400: a change that comes while a watcher is busy with the one before must not be lost.</summary>
    [Fact]
    public async Task WatchAsync_AHundredThousandRacingUpdates_EndsOnTheLastState()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        var watchers = Enumerable.Range(0, 3).Select(async _ =>
        {
            var seen = 0L;
            await foreach (var snapshot in registry.WatchAsync("tools", cancellationToken: patience.Token))
            {
                Assert.True(snapshot.Version >= seen);
                seen = snapshot.Version;
                if (snapshot.Endpoints.Any(endpoint => endpoint.Id == "last"))
                {
                    return;
                }
            }
        }).ToArray();

        TestThreads.Run(4, (index, random) =>
        {
            for (var i = 0; i < 25_000; i++)
            {
                registry.Update("tools", new EndpointOrigin($"o{index}"), [new($"e{index}") { Weight = i }], Options);
            }
        });
        registry.GetOrAdd("tools", new("last"), Options);

        await Task.WhenAll(watchers);
    }

    private static HashSet<string> Set(params string[] tags) => [.. tags];

    private static async Task<string[]> Next(IAsyncEnumerator<ServiceSnapshot> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return [.. watch.Current.Endpoints.Select(endpoint => endpoint.Id)];
    }
}
