using Sira.Kernel.Health.Detection;

namespace Sira.Kernel.Tests.Health.Detection;

public class PhiCurveTests
{
    // -log10 of the upper tail of the normal distribution, from tables; the approximation is Akka's, off by less than 0.7 % of the tail near the middle and pessimistic far out.
    [Theory]
    [InlineData(0, 0.30103, 0.0001)]
    [InlineData(1, 0.79955, 0.001)]
    [InlineData(2, 1.64302, 0.01)]
    [InlineData(3, 2.86970, 0.06)]
    [InlineData(4, 4.49933, 0.25)]
    public void At_Deviations_IsTheTailOfTheNormalDistribution(double deviations, double phi, double tolerance) =>
        Assert.Equal(phi, PhiCurve.At(deviations), tolerance);

    [Fact]
    public void At_FarOut_GrowsAndStaysFinite()
    {
        Assert.True(PhiCurve.At(-1e9) is >= 0 and < 1e-12);
        Assert.True(double.IsFinite(PhiCurve.At(1e300)));
        for (var y = -10d; y < 100; y += 0.1)
        {
            Assert.True(PhiCurve.At(y + 0.1) >= PhiCurve.At(y));
        }
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(100)]
    public void DeviationsAt_Phi_IsTheInverse(double phi)
    {
        var deviations = PhiCurve.DeviationsAt(phi);

        Assert.True(PhiCurve.At(deviations) >= phi);
        Assert.Equal(phi, PhiCurve.At(deviations), phi * 1e-6);
    }
}
