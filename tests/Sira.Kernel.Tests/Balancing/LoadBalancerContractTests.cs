using Sira.Kernel.Balancing;
using Sira.Kernel.Tests.Registry;

namespace Sira.Kernel.Tests.Balancing;

/// <summary>What holds for each built-in balancer.</summary>
public class LoadBalancerContractTests
{
    public static TheoryData<string> Names => [.. LoadBalancers.CreateDefaults().Select(balancer => balancer.Name)];

    internal static ILoadBalancer Create(string name) => new LoadBalancerRegistry(LoadBalancers.CreateDefaults()).Get(name);

    [Fact]
    public void CreateDefaults_Names_AreTheConstants() => Assert.Equal(
        [LoadBalancers.Ordered, LoadBalancers.Weighted, LoadBalancers.RoundRobin, LoadBalancers.LeastLoaded, LoadBalancers.PowerOfTwoChoices, LoadBalancers.ConsistentHash, LoadBalancers.BoundedConsistentHash],
        LoadBalancers.CreateDefaults().Select(balancer => balancer.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_OneCandidate_IsPickedWhateverItsState(string name)
    {
        var endpoints = new TestEndpoints(1, 0, 1) { Candidates = [1] }.Break(1);

        Assert.All(endpoints.Count(Create(name), 10), (count, i) => Assert.Equal(i == 1 ? 10 : 0, count));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_OpenOrDrainedAmongOthers_AreNeverPicked(string name)
    {
        var endpoints = new TestEndpoints(1, 1, 0, 1).WithLatency(1).Break(0);
        var balancer = Create(name);

        for (ulong key = 0; key < 2000; key++)
        {
            Assert.Contains(endpoints.Pick(balancer, key), new[] { 1, 3 });
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_AllOpen_PicksOneWithWeightAllTheSame(string name)
    {
        var endpoints = new TestEndpoints(1, 1, 1).Break(0).Break(1).Break(2);
        var balancer = Create(name);

        for (ulong key = 0; key < 100; key++)
        {
            Assert.InRange(endpoints.Pick(balancer, key), 0, 2);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_AllDrained_PicksOneAllTheSame(string name)
    {
        var endpoints = new TestEndpoints(0, 0, 0);
        var balancer = Create(name);

        for (ulong key = 0; key < 100; key++)
        {
            Assert.InRange(endpoints.Pick(balancer, key), 0, 2);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_CandidatesAreASubset_ReturnsPositionsIntoIt(string name)
    {
        var endpoints = TestEndpoints.Equal(40);
        endpoints.Candidates = [.. Enumerable.Range(0, 20).Select(i => i * 2)];
        var balancer = Create(name);

        for (ulong key = 0; key < 1000; key++)
        {
            Assert.Equal(0, endpoints.Pick(balancer, key) % 2);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_SlowStart_GetsItsHealthsShare(string name)
    {
        var endpoints = TestEndpoints.Equal(2).Break(0).Recover(0).WithLatency(1);
        var balancer = Create(name);
        var picks = 0;

        for (ulong i = 1; i <= 10_000; i++)
        {
            // The same key always goes the same way, so each pick has its own.
            picks += endpoints.Pick(balancer, balancer.Name == LoadBalancers.ConsistentHash ? i : 0) == 0 ? 1 : 0;
        }

        // Ordered tries the first with probability 0.2, the others share 0.2 : 1.
        Assert.Equal(name == LoadBalancers.Ordered ? 0.2 : 0.2 / 1.2, picks / 10_000d, 0.02);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_SteadyState_AllocatesNothing(string name)
    {
        var endpoints = TestEndpoints.Equal(40).WithLatency(1);
        var balancer = Create(name);
        var context = new BalancingContext(endpoints.Random, 42);
        var without = new BalancingContext(endpoints.Random);
        var allocated = long.MaxValue;

        for (var round = 0; round < 5 && allocated != 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 500; i++)
            {
                _ = balancer.Pick(endpoints.Items, endpoints.Candidates, context);
                _ = balancer.Pick(endpoints.Items, endpoints.Candidates.AsSpan(0, 5), without);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }
}
