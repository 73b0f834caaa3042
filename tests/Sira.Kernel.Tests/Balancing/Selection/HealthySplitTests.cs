using Sira.Kernel.Balancing.Selection;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Balancing.Selection;

public class HealthySplitTests
{
    // The tables of Envoy's documentation on priority levels, of 100 endpoints each.
    [Theory]
    [InlineData(new[] { 100, 100 }, new[] { 100, 0 }, true)]
    [InlineData(new[] { 72, 72 }, new[] { 100, 0 }, true)]
    [InlineData(new[] { 71, 71 }, new[] { 99, 1 }, true)]
    [InlineData(new[] { 50, 50 }, new[] { 70, 30 }, true)]
    [InlineData(new[] { 25, 100 }, new[] { 35, 65 }, true)]
    [InlineData(new[] { 25, 25 }, new[] { 50, 50 }, false)]
    [InlineData(new[] { 0, 100 }, new[] { 0, 100 }, true)]
    [InlineData(new[] { 5, 0, 65 }, new[] { 7, 0, 93 }, false)]
    [InlineData(new[] { 0, 0 }, new[] { 0, 0 }, false)]
    public void Compute_Envoys_Tables(int[] healthy, int[] percent, bool enough)
    {
        var loads = new double[healthy.Length];

        // 7 and 91 per cent of what level 2 takes, scaled up, are within a point of the table.
        Assert.Equal(enough, HealthySplit.Compute(healthy, [.. healthy.Select(_ => 100)], 1.4, loads));

        Assert.All(loads, (load, i) => Assert.Equal(percent[i] / 100d, load, 0.01));
    }

    [Fact]
    public void Compute_Anything_AddsUpAndNeverLoadsWhereNobodyIsHealthy()
    {
        var random = new SeededRandomSource(1);
        for (var i = 0; i < 5000; i++)
        {
            var total = Enumerable.Range(0, 1 + random.Next(6)).Select(_ => random.Next(50)).ToArray();
            var healthy = total.Select(all => random.Next(3) == 0 ? 0 : random.Next(all + 1)).ToArray();
            var loads = new double[total.Length];

            HealthySplit.Compute(healthy, total, 1 + random.NextDouble(), loads);

            Assert.Equal(healthy.Sum() == 0 ? 0 : 1, loads.Sum(), 1e-9);
            Assert.All(loads, (load, part) => Assert.True(load >= 0 && (healthy[part] > 0 || load == 0)));
        }
    }
}
