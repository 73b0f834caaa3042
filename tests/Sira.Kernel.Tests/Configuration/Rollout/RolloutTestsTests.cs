using Sira.Kernel.Configuration.Rollout;

namespace Sira.Kernel.Tests.Configuration.Rollout;

public class RolloutTestsTests
{
    [Theory]
    [InlineData(1, 2, 0, 38)]
    [InlineData(3, 10, 1, 30)]
    [InlineData(0, 10, 5, 30)]
    [InlineData(10, 10, 0, 30)]
    [InlineData(4, 25, 4, 25)]
    [InlineData(7, 12, 3, 5)]
    [InlineData(1, 1, 0, 0)]
    public void FailureTail_IsTheSumOverAllTables(int trialFailures, int trial, int stableFailures, int stable)
    {
        var expected = 0m;
        var failed = trialFailures + stableFailures;
        for (var count = trialFailures; count <= Math.Min(trial, failed); count++)
        {
            expected += Choose(trial, count) * Choose(stable, failed - count) / Choose(trial + stable, failed);
        }

        Assert.Equal((double)expected, RolloutTests.FailureTail(trial, trialFailures, stable, stableFailures), 1e-10);
    }

    [Fact]
    public void FailureTail_OfFishersTeaAndOfLargeCounts_IsWhatIsPublished()
    {
        // The lady who tasted tea: all four right of eight, 1/70.
        Assert.Equal(1 / 70.0, RolloutTests.FailureTail(4, 4, 4, 0), 1e-12);
        Assert.InRange(RolloutTests.FailureTail(100_000, 600, 1_900_000, 9_500), 0, 0.0001);
        Assert.InRange(RolloutTests.FailureTail(100_000, 500, 1_900_000, 9_500), 0.4, 0.6);
        Assert.Equal(1, RolloutTests.FailureTail(100, 0, 100, 50));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.6448536, 0.05)]
    [InlineData(2.3263479, 0.01)]
    [InlineData(3.0902323, 0.001)]
    [InlineData(4.2648908, 0.00001)]
    public void NormalTail_IsThatOfTheTables(double z, double expected) => Assert.Equal(expected, RolloutTests.NormalTail(z), 1e-7);

    private static decimal Choose(int n, int k)
    {
        if (k < 0 || k > n)
        {
            return 0;
        }

        var result = 1m;
        for (var i = 1; i <= k; i++)
        {
            result = result * (n - k + i) / i;
        }

        return result;
    }
}
