using Sira.Kernel.Balancing;
using Sira.Kernel.Tests.Registry;

namespace Sira.Kernel.Tests.Balancing;

public class LeastLoadedBalancerTests
{
    private readonly ILoadBalancer balancer = LoadBalancerContractTests.Create(LoadBalancers.LeastLoaded);

    [Fact]
    public void Pick_DifferentLoads_IsTheLeast()
    {
        var endpoints = TestEndpoints.Equal(3);
        endpoints[0].Load.Begin();
        endpoints[2].Load.Begin();

        Assert.Equal([0, 100, 0], endpoints.Count(balancer, 100));
    }

    [Fact]
    public void Pick_CallsPileUp_InFlightFollowsTheWeights()
    {
        var endpoints = new TestEndpoints(6, 3, 1);
        for (var i = 0; i < 1000; i++)
        {
            endpoints[endpoints.Pick(balancer)].Load.Begin();
        }

        Assert.InRange(endpoints[0].Load.InFlight, 598, 602);
        Assert.InRange(endpoints[1].Load.InFlight, 298, 302);
        Assert.InRange(endpoints[2].Load.InFlight, 98, 102);
    }

    [Fact]
    public void Pick_AllIdle_TiesGoByWeight()
    {
        var counts = new TestEndpoints(6, 3, 1).Count(balancer, 20_000);

        Assert.Equal(0.6, counts[0] / 20_000d, 0.02);
        Assert.Equal(0.3, counts[1] / 20_000d, 0.02);
    }
}
