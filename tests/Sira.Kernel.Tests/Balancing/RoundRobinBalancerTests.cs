using Sira.Kernel.Balancing;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Registry;

namespace Sira.Kernel.Tests.Balancing;

public class RoundRobinBalancerTests
{
    private readonly ILoadBalancer balancer = LoadBalancerContractTests.Create(LoadBalancers.RoundRobin);

    [Fact]
    public void Pick_EqualWeights_GoesRound()
    {
        var endpoints = TestEndpoints.Equal(3);

        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2], Enumerable.Range(0, 9).Select(_ => endpoints.Pick(balancer)));
    }

    [Fact]
    public void Pick_Weights_AreExactInEveryCycleAndSpread()
    {
        var endpoints = new TestEndpoints(4, 2, 1);
        var picks = Enumerable.Range(0, 700).Select(_ => endpoints.Pick(balancer)).ToArray();

        Assert.Equal([400, 200, 100], Enumerable.Range(0, 3).Select(i => picks.Count(pick => pick == i)));
        for (var start = 0; start + 7 <= picks.Length; start++)
        {
            // In every stretch of a cycle's length, each is within one turn of its due.
            Assert.InRange(picks.Skip(start).Take(7).Count(pick => pick == 0), 3, 5);
            Assert.InRange(picks.Skip(start).Take(7).Count(pick => pick == 1), 1, 3);
            Assert.InRange(picks.Skip(start).Take(7).Count(pick => pick == 2), 0, 2);
        }
    }

    [Fact]
    public void Pick_CandidatesAlternate_StaysFairToAll()
    {
        var endpoints = TestEndpoints.Equal(4);
        var counts = new int[4];

        // A plain counter would resonate with the alternation and starve two of the four.
        for (var i = 0; i < 4000; i++)
        {
            endpoints.Candidates = i % 2 == 0 ? [0, 1] : [2, 3];
            counts[endpoints.Pick(balancer)]++;
        }

        Assert.Equal([1000, 1000, 1000, 1000], counts);
    }

    [Fact]
    public void Pick_EndpointComesBackAfterLongAbsence_DoesNotGetAllMissedTurns()
    {
        var endpoints = TestEndpoints.Equal(3);
        endpoints.Candidates = [0, 1];
        endpoints.Count(balancer, 10_000);
        endpoints.Candidates = [0, 1, 2];

        var counts = endpoints.Count(balancer, 30);

        Assert.InRange(counts[2], 10, 12);
    }

    [Fact]
    public void Pick_OneCandidateIsBusyElsewhere_TheOthersStillAlternate()
    {
        var endpoints = TestEndpoints.Equal(4);
        var counts = new int[4];
        for (var i = 0; i < 100; i++)
        {
            // The turns of 0 run far ahead, so 1 and 2 are equally far behind it, time after time.
            endpoints.Candidates = [0, 3];
            endpoints.Count(balancer, 10);
            endpoints.Candidates = [0, 1, 2];
            counts[endpoints.Pick(balancer)]++;
        }

        Assert.Equal([0, 50, 50, 0], counts);
    }

    [Fact]
    public void Pick_WeightRaisedFromAlmostNothing_IsHonouredAtOnce()
    {
        var registry = new ServiceRegistry(TimeProvider.System, new Sira.Kernel.Time.SeededRandomSource(1));
        var health = Sira.Kernel.Health.CircuitBreakerOptions.Default;
        var endpoints = TestEndpoints.Equal(0);
        registry.Update("s", [new("a"), new("b") { Weight = 0.0001 }], health);
        var items = registry.GetSnapshot("s").Endpoints.AsSpan();
        for (var i = 0; i < 10; i++)
        {
            balancer.Pick(items, [0, 1], new BalancingContext(endpoints.Random));
        }

        registry.Update("s", [new("a"), new("b")], health);
        var counts = new int[2];
        for (var i = 0; i < 20; i++)
        {
            counts[balancer.Pick(items, [0, 1], new BalancingContext(endpoints.Random))]++;
        }

        Assert.InRange(counts[1], 9, 11);
    }

    [Fact]
    public async Task Pick_ManyThreads_IsExactlyFair()
    {
        var endpoints = new TestEndpoints(2, 1, 1);
        var counts = new int[3];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                Interlocked.Increment(ref counts[endpoints.Pick(balancer)]);
            }
        })));

        Assert.Equal([20_000, 10_000, 10_000], counts);
    }
}
