using Sira.Kernel.Balancing;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Balancing;

namespace Sira.Kernel.Tests.Registry;

public class EndpointTests
{
    [Fact]
    public void WithLoad_SharesIdentityBreakerAndTurns_NotTheLoad()
    {
        var endpoints = new TestEndpoints(1, 2);
        var views = endpoints.Items.Select(endpoint => endpoint.WithLoad(new EndpointLoad(endpoints.Time))).ToArray();

        Assert.Equal(("e1", 2d), (views[1].Id, views[1].Weight));
        Assert.Same(endpoints[1].Breaker, views[1].Breaker);
        views[1].Load.Record(TimeSpan.FromSeconds(1));
        Assert.Null(endpoints[1].Load.Latency);
    }

    [Fact]
    public void WithLoad_RoundRobin_GoesOnAcrossBothViews()
    {
        var balancer = LoadBalancerContractTests.Create(LoadBalancers.RoundRobin);
        var endpoints = TestEndpoints.Equal(2);
        var views = endpoints.Items.Select(endpoint => endpoint.WithLoad(new EndpointLoad(endpoints.Time)).WithLoad(new EndpointLoad(endpoints.Time))).ToArray();

        var picks = Enumerable.Range(0, 8).Select(i => balancer.Pick(i % 2 == 0 ? endpoints.Items : views, endpoints.Candidates, new BalancingContext(endpoints.Random)));

        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1], picks);
    }

    [Fact]
    public void WithLoad_Null_Throws() => Assert.Throws<ArgumentNullException>(() => TestEndpoints.Equal(1)[0].WithLoad(null!));
}
