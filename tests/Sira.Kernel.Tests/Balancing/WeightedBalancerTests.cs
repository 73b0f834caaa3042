using Sira.Kernel.Balancing;
using Sira.Kernel.Tests.Registry;

namespace Sira.Kernel.Tests.Balancing;

public class WeightedBalancerTests
{
    [Fact]
    public void Pick_Weights_AreTheProportions()
    {
        var counts = new TestEndpoints(5, 3, 0, 2).Count(LoadBalancerContractTests.Create(LoadBalancers.Weighted), 20_000);

        Assert.Equal(0, counts[2]);
        Assert.Equal(0.5, counts[0] / 20_000d, 0.02);
        Assert.Equal(0.3, counts[1] / 20_000d, 0.02);
        Assert.Equal(0.2, counts[3] / 20_000d, 0.02);
    }

    [Fact]
    public void Pick_AllOpen_GoesByWeightAlone()
    {
        var counts = new TestEndpoints(9, 1).Break(0).Break(1).Count(LoadBalancerContractTests.Create(LoadBalancers.Weighted), 10_000);

        Assert.Equal(0.9, counts[0] / 10_000d, 0.02);
    }
}
