using Sira.Kernel.Balancing;
using Sira.Kernel.Tests.Registry;

namespace Sira.Kernel.Tests.Balancing;

public class PowerOfTwoChoicesBalancerTests
{
    private readonly ILoadBalancer balancer = LoadBalancerContractTests.Create(LoadBalancers.PowerOfTwoChoices);

    [Fact]
    public void Pick_AllAlike_GoesByWeight()
    {
        var counts = new TestEndpoints(6, 3, 1).WithLatency(1).Count(balancer, 20_000);

        Assert.Equal(0.6, counts[0] / 20_000d, 0.02);
        Assert.Equal(0.3, counts[1] / 20_000d, 0.02);
        Assert.Equal(0.1, counts[2] / 20_000d, 0.02);
    }

    [Fact]
    public void Pick_SlowEndpoint_GetsLittleButIsNotForgotten()
    {
        var endpoints = TestEndpoints.Equal(2).WithLatency(0.5);
        endpoints[1].Load.Record(TimeSpan.FromSeconds(20));

        var counts = endpoints.Count(balancer, 20_000);

        Assert.Equal(1 / 16d, counts[1] / 20_000d, 0.01);
    }

    [Fact]
    public void Pick_FastCanary_StaysNearItsWeight()
    {
        var endpoints = new TestEndpoints(99, 1).WithLatency(2);
        endpoints[0].Load.Record(TimeSpan.FromSeconds(3));

        var counts = endpoints.Count(balancer, 20_000);

        // At most four times its weight, and the noise of the draw.
        Assert.InRange(counts[1] / 20_000d, 0.01, 0.046);
    }

    [Fact]
    public void Pick_CallsPileUp_LatencyTimesInFlightEvensOut()
    {
        var endpoints = TestEndpoints.Equal(2).WithLatency(1);
        endpoints[1].Load.Record(TimeSpan.FromSeconds(3));
        for (var i = 0; i < 2000; i++)
        {
            endpoints[endpoints.Pick(balancer)].Load.Begin();
        }

        // 1 s × 1500 in flight ≈ 3 s × 500 in flight.
        Assert.InRange(endpoints[1].Load.InFlight, 450, 550);
    }

    [Fact]
    public void Pick_CallsPileUp_InFlightFollowsTheWeights()
    {
        var endpoints = new TestEndpoints(3, 1).WithLatency(1);
        for (var i = 0; i < 2000; i++)
        {
            endpoints[endpoints.Pick(balancer)].Load.Begin();
        }

        Assert.InRange(endpoints[1].Load.InFlight, 450, 550);
    }

    [Fact]
    public void Pick_NewEndpoint_IsTriedByOneCallAtATime()
    {
        var endpoints = TestEndpoints.Equal(4);
        for (var i = 0; i < 3; i++)
        {
            endpoints[i].Load.Record(TimeSpan.FromSeconds(1));
        }

        // Nothing to do elsewhere, so the calls to the known ones end at once; the call to the new one hangs.
        var before = 0;
        while (endpoints.Pick(balancer) != 3)
        {
            before++;
        }

        endpoints[3].Load.Begin();
        var counts = endpoints.Count(balancer, 20_000);

        Assert.InRange(before, 0, 30);
        Assert.InRange(counts[3] / 20_000d, 0, 0.01);

        endpoints[3].Load.Record(TimeSpan.FromSeconds(1));
        endpoints[3].Load.End();
        Assert.Equal(0.25, endpoints.Count(balancer, 20_000)[3] / 20_000d, 0.02);
    }

    [Fact]
    public void Pick_EndpointMayBeProbed_IsDrawnThoughItWasSlow()
    {
        var endpoints = TestEndpoints.Equal(2).WithLatency(0.1);
        endpoints[0].Load.Record(TimeSpan.FromSeconds(60));
        endpoints.Break(0);
        endpoints.Time.Advance(TimeSpan.FromSeconds(10));

        // Its latency dates from before the break: it counts as new, and wins whenever one of up to four draws of 1/6 finds it.
        Assert.InRange(endpoints.Count(balancer, 10_000)[0] / 10_000d, 0.4, 0.6);

        Assert.True(endpoints[0].Breaker.TryEnter(out _));
        Assert.Equal(0, endpoints.Count(balancer, 10_000)[0]);
    }

    [Fact]
    public void Pick_MoreThanEight_ReachesAllEvenly()
    {
        var counts = TestEndpoints.Equal(50).WithLatency(1).Count(balancer, 100_000);

        Assert.All(counts, count => Assert.InRange(count, 1700, 2300));
    }

    [Fact]
    public void Pick_MoreThanEight_AvoidsTheSlow()
    {
        var endpoints = TestEndpoints.Equal(50).WithLatency(1);
        endpoints[7].Load.Record(TimeSpan.FromSeconds(30));

        Assert.InRange(endpoints.Count(balancer, 100_000)[7], 0, 100);
    }
}
