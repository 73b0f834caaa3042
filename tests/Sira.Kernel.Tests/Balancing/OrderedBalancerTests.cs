using Sira.Kernel.Balancing;
using Sira.Kernel.Tests.Registry;

namespace Sira.Kernel.Tests.Balancing;

public class OrderedBalancerTests
{
    [Fact]
    public void Pick_AllHealthy_IsAlwaysTheFirst() =>
        Assert.Equal([100, 0, 0], new TestEndpoints(1, 100, 1).Count(LoadBalancerContractTests.Create(LoadBalancers.Ordered), 100));

    [Fact]
    public void Pick_CandidatesInAnotherOrder_IsTheFirstOfThem()
    {
        var endpoints = TestEndpoints.Equal(3);
        endpoints.Candidates = [2, 0];

        Assert.Equal(2, endpoints.Pick(LoadBalancerContractTests.Create(LoadBalancers.Ordered)));
    }

    [Fact]
    public void Pick_OnlyRecoveringCandidates_FallsBackToTheFirst()
    {
        var endpoints = TestEndpoints.Equal(2).Break(0).Break(1);
        endpoints.Time.Advance(TimeSpan.FromSeconds(10));

        var counts = endpoints.Count(LoadBalancerContractTests.Create(LoadBalancers.Ordered), 10_000);

        // 0.2 at once, and 0.8 × 0.8 when both were passed over.
        Assert.Equal(0.84, counts[0] / 10_000d, 0.02);
    }
}
