using Sira.Kernel.Balancing;
using Sira.Kernel.Tests.Registry;

namespace Sira.Kernel.Tests.Balancing;

public class ConsistentHashBalancerTests
{
    private const int Keys = 10_000;
    private readonly ILoadBalancer balancer = LoadBalancerContractTests.Create(LoadBalancers.ConsistentHash);

    [Fact]
    public void Pick_SameKey_IsTheSameInEveryOrderAndEveryInstance()
    {
        var endpoints = TestEndpoints.Equal(5);
        var forwards = Map(endpoints);
        endpoints.Candidates = [4, 2, 0, 1, 3];

        Assert.Equal(forwards, Map(endpoints));
        Assert.Equal(forwards, Map(TestEndpoints.Equal(5)));
    }

    [Fact]
    public void Pick_OneOfFiveGoes_OnlyItsKeysMove()
    {
        var endpoints = TestEndpoints.Equal(5);
        var before = Map(endpoints);
        endpoints.Candidates = [0, 1, 3, 4];
        var after = Map(endpoints);

        for (var key = 0; key < Keys; key++)
        {
            if (before[key] == 2)
            {
                Assert.NotEqual(2, after[key]);
            }
            else
            {
                Assert.Equal(before[key], after[key]);
            }
        }

        // What it had is spread over all the others.
        var moved = Enumerable.Range(0, Keys).Where(key => before[key] == 2).GroupBy(key => after[key]).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(4, moved.Count);
        Assert.All(moved.Values, count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public void Pick_Weights_AreTheProportions()
    {
        var keys = Map(new TestEndpoints(5, 3, 2));

        Assert.Equal(0.5, keys.Count(pick => pick == 0) / (double)Keys, 0.02);
        Assert.Equal(0.3, keys.Count(pick => pick == 1) / (double)Keys, 0.02);
    }

    [Fact]
    public void Pick_DuringSlowStart_KeysComeBackLittleByLittleAndOnlyToIt()
    {
        var endpoints = TestEndpoints.Equal(3);
        var home = Map(endpoints);
        endpoints.Break(0).Recover(0);
        var previous = Map(endpoints);

        for (var second = 0; second < 10; second++)
        {
            endpoints.Time.Advance(TimeSpan.FromSeconds(1));
            var now = Map(endpoints);
            Assert.All(Enumerable.Range(0, Keys), key => Assert.True(now[key] == previous[key] || now[key] == 0));
            Assert.True(now.Count(pick => pick == 0) > previous.Count(pick => pick == 0));
            previous = now;
        }

        Assert.Equal(home, previous);
    }

    [Fact]
    public void Pick_NoKey_SpreadsLikePowerOfTwoChoices()
    {
        var endpoints = TestEndpoints.Equal(2).WithLatency(0.5);
        endpoints[1].Load.Record(TimeSpan.FromSeconds(20));

        Assert.Equal(1 / 16d, endpoints.Count(balancer, 20_000)[1] / 20_000d, 0.01);
    }

    private int[] Map(TestEndpoints endpoints) => [.. Enumerable.Range(1, Keys).Select(key => endpoints.Pick(balancer, (ulong)key))];
}
