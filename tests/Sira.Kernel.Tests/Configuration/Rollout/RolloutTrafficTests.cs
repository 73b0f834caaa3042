using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Configuration.Rollout;

public class RolloutTrafficTests
{
    private readonly VirtualTimeProvider clock = new();
    private readonly List<(bool IsGood, string Why)> verdicts = [];

    [Fact]
    public void TakesTrial_StickyKeys_GoTheSameWay_AndStayAsTheShareGrows()
    {
        var traffic = Create(new RolloutOptions { Steps = [5, 25, 50], StickyBy = "Tenant" }, seed: 1);
        HashSet<string> before = [];
        foreach (var percent in (double[])[5, 25, 50])
        {
            var now = Enumerable.Range(0, 10_000).Select(i => $"tenant {i}").Where(traffic.TakesTrial).ToHashSet();
            Assert.Subset(now, before);
            Assert.Equal(now, Enumerable.Range(0, 10_000).Select(i => $"tenant {i}").Where(traffic.TakesTrial).ToHashSet());
            Assert.InRange(now.Count, 90 * percent, 110 * percent);
            before = now;
            if (percent < 50)
            {
                traffic.Advance();
            }
        }

        traffic.End();
        Assert.False(traffic.TakesTrial(before.First()));
    }

    [Fact]
    public void TakesTrial_WithoutKey_TakesItsShare()
    {
        var traffic = Create(new RolloutOptions { Steps = [25] }, seed: 1);
        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => traffic.TakesTrial(null)), 2350, 2650);
    }

    [Fact]
    public void Record_FewFailures_DecideNothing()
    {
        var traffic = Create(new RolloutOptions { MinimumRequests = 50, StepDuration = TimeSpan.FromHours(1) }, seed: 1);
        Add(traffic, onTrial: false, 1000, 0);
        Add(traffic, onTrial: true, 1, 1);
        Add(traffic, onTrial: true, 48, 1);
        Assert.Empty(verdicts);
    }

    [Fact]
    public void Record_ClearlyMoreFailures_TakeItBack_AndSayWhy()
    {
        var traffic = Create(new RolloutOptions { MinimumRequests = 50 }, seed: 1);
        Add(traffic, onTrial: false, 1000, 10);
        Add(traffic, onTrial: true, 45, 0);
        Add(traffic, onTrial: true, 10, 10);

        var (isGood, why) = Assert.Single(verdicts);
        Assert.False(isGood);
        Assert.Contains("5 of 50 requests failed, against 10 of 1000", why, StringComparison.Ordinal);
        Assert.Contains("Fisher's exact test", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_BothFailAlike_IsNoFault_AndPassesWhenTheStepIsOver()
    {
        var traffic = Create(new RolloutOptions { MinimumRequests = 50 }, seed: 1);
        Add(traffic, onTrial: false, 100, 30);
        Add(traffic, onTrial: true, 50, 15);
        Assert.Empty(verdicts);

        clock.Advance(TimeSpan.FromMinutes(6));
        Add(traffic, onTrial: true, 50, 15);

        Assert.True(Assert.Single(verdicts).IsGood);
    }

    [Fact]
    public void Record_ToleratedDifference_IsNoFault_HoweverSignificant()
    {
        var traffic = Create(new RolloutOptions { MinimumRequests = 10_000, ToleratedFailures = 0.02 }, seed: 1);
        Add(traffic, onTrial: false, 100_000, 0);
        Add(traffic, onTrial: true, 10_000, 150);
        Assert.Empty(verdicts);
    }

    [Fact]
    public void Record_AllOnTheTrialFail_WithNothingToCompare_TakesItBack()
    {
        var traffic = Create(new RolloutOptions { MinimumRequests = 10 }, seed: 1);
        Add(traffic, onTrial: true, 10, 10);
        Assert.False(Assert.Single(verdicts).IsGood);
    }

    [Fact]
    public void Record_Slower_TakesItBack_OnlyWhereLatencyIsJudged()
    {
        foreach (var ratio in (double?[])[null, 1.5])
        {
            verdicts.Clear();
            var random = new SeededRandomSource(3);
            var traffic = Create(new RolloutOptions { MinimumRequests = 50, StepDuration = TimeSpan.FromHours(1), MaximumLatencyRatio = ratio }, seed: 1);
            for (var i = 0; i < 500; i++)
            {
                traffic.Record(onTrial: false, failed: false, TimeSpan.FromMilliseconds(100 + (random.NextDouble() * 100)));
                traffic.Record(onTrial: true, failed: false, TimeSpan.FromMilliseconds(2 * (100 + (random.NextDouble() * 100))));
            }

            Assert.Equal(ratio is null ? 0 : 1, verdicts.Count);
        }

        Assert.Contains("it takes more than 1.5 times as long", verdicts[0].Why, StringComparison.Ordinal);
    }

    // The promise of the options: with looks as often as there are hundreds, no more than α of the trials that are as good are taken back.
    [Fact]
    public void Record_TrialsAsGood_AreTakenBackWithAProbabilityBelowAlpha_AndBadOnesAlways()
    {
        var (alarms, missed) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            alarms += IsTakenBack(seed, 0.05) ? 1 : 0;
            missed += IsTakenBack(seed, 0.15) ? 0 : 1;
        }

        Assert.InRange(alarms, 0, 20);
        Assert.Equal(0, missed);
    }

    private bool IsTakenBack(int seed, double failures)
    {
        verdicts.Clear();
        var random = new SeededRandomSource(seed);
        var traffic = Create(new RolloutOptions { MinimumRequests = 50, StepDuration = TimeSpan.FromHours(1), Significance = 0.05, ToleratedFailures = 0 }, seed);
        for (var i = 0; i < 2000 && verdicts.Count == 0; i++)
        {
            traffic.Record(onTrial: false, random.NextDouble() < 0.05, TimeSpan.FromSeconds(1));
            traffic.Record(onTrial: true, random.NextDouble() < failures, TimeSpan.FromSeconds(1));
        }

        return verdicts.Count > 0;
    }

    private RolloutTraffic Create(RolloutOptions options, int seed) => new(7, options, clock, new SeededRandomSource(seed), (_, isGood, why) => verdicts.Add((isGood, why)));

    private static void Add(RolloutTraffic traffic, bool onTrial, int requests, int failures)
    {
        for (var i = 0; i < requests; i++)
        {
            traffic.Record(onTrial, i < failures, TimeSpan.FromSeconds(1));
        }
    }
}
