using Sira.Kernel.Balancing;
using Sira.Kernel.Tests.Registry;

namespace Sira.Kernel.Tests.Balancing;

public class BoundedConsistentHashBalancerTests
{
    private readonly ILoadBalancer balancer = LoadBalancerContractTests.Create(LoadBalancers.BoundedConsistentHash);
    private readonly ILoadBalancer unbounded = LoadBalancerContractTests.Create(LoadBalancers.ConsistentHash);

    [Fact]
    public void Pick_NobodyBusy_IsTheHomeOfTheKey()
    {
        var endpoints = new TestEndpoints(5, 3, 2);

        Assert.All(Enumerable.Range(1, 2000), key => Assert.Equal(endpoints.Pick(unbounded, (ulong)key), endpoints.Pick(balancer, (ulong)key)));
    }

    [Fact]
    public void Pick_OneKeyForAll_FillsEachToItsBoundInTheOrderOfTheKey()
    {
        var endpoints = new TestEndpoints(2, 1, 1);
        var order = new List<int>();
        for (var calls = 0; calls < 400; calls++)
        {
            var picked = endpoints.Pick(balancer, key: 42);
            Assert.True(endpoints[picked].Load.InFlight < Math.Ceiling(1.25 * (calls + 1) * endpoints[picked].Weight / 4));
            endpoints[picked].Load.Begin();
            if (!order.Contains(picked))
            {
                order.Add(picked);
            }
        }

        Assert.Equal(endpoints.Pick(unbounded, key: 42), order[0]);
        Assert.Equal(3, order.Count);
        Assert.Equal(endpoints[order[0]].Weight * 125, endpoints[order[0]].Load.InFlight);
    }

    [Fact]
    public void Pick_BusyHome_OnlyItsKeysMove_AndComeBack()
    {
        var endpoints = TestEndpoints.Equal(4);
        var home = Map(endpoints);
        for (var i = 0; i < 3; i++)
        {
            endpoints[2].Load.Begin();
        }

        Assert.All(home.Zip(Map(endpoints)), pair => Assert.True(pair.First == 2 ? pair.Second != 2 : pair.First == pair.Second));
        for (var i = 0; i < 3; i++)
        {
            endpoints[2].Load.End();
        }

        Assert.Equal(home, Map(endpoints));
    }

    [Fact]
    public void Pick_BrokenOrInSlowStart_PassesOn()
    {
        var endpoints = TestEndpoints.Equal(3);
        var home = Map(endpoints);
        endpoints.Break(0);
        Assert.DoesNotContain(0, Map(endpoints));
        endpoints.Recover(0);
        var recovering = Map(endpoints);

        Assert.InRange(recovering.Count(static pick => pick == 0), 1, home.Count(static pick => pick == 0) / 2);
        Assert.All(home.Zip(recovering), static pair => Assert.True(pair.First == pair.Second || pair.First == 0));
    }

    [Fact]
    public void Pick_NoKey_SpreadsLikePowerOfTwoChoices()
    {
        var counts = TestEndpoints.Equal(2).WithLatency(0.5).Count(balancer, 2000);

        Assert.All(counts, static count => Assert.InRange(count, 850, 1150));
    }

    private int[] Map(TestEndpoints endpoints) => [.. Enumerable.Range(1, 2000).Select(key => endpoints.Pick(balancer, (ulong)key))];
}
