using Sira.Kernel.Configuration;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Usage;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources.Usage;

public sealed class UsageSeriesTests
{
    private readonly VirtualTimeProvider time = new();

    [Fact]
    public void ToArray_EndedSteps_OldestFirstWithoutTheRunningOne()
    {
        var series = new UsageSeries("a", TimeSpan.FromMinutes(1), 3, time);
        series.Add(5);
        Assert.Empty(series.ToArray());
        time.Advance(TimeSpan.FromMinutes(2));
        series.Add(7);
        series.Add(-3);
        Assert.Equal([5, 0], series.ToArray());

        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal([0, 7, 0], series.ToArray());
        time.Advance(TimeSpan.FromDays(400));
        Assert.Equal([0, 0, 0], series.ToArray());
    }

    [Fact]
    public void RandomOperations_AgreeWithADictionary()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new SeededRandomSource(seed);
            var clock = new VirtualTimeProvider();
            var length = 2 + random.Next(6);
            var series = new UsageSeries("a", TimeSpan.FromSeconds(10), length, clock);
            var model = new Dictionary<long, double>();
            long seconds = 0;
            for (var i = 0; i < 200; i++)
            {
                var amount = random.Next(100);
                series.Add(amount);
                model[seconds / 10] = model.GetValueOrDefault(seconds / 10) + amount;
                var ahead = random.Next(random.Next(40) == 0 ? 500 : 15);
                clock.Advance(TimeSpan.FromSeconds(ahead));
                seconds += ahead;
                var now = seconds / 10;
                Assert.Equal(Enumerable.Range(0, (int)Math.Min(now, length)).Select(step => model.GetValueOrDefault(now - Math.Min(now, length) + step)), series.ToArray());
            }
        }
    }

    [Fact]
    public void Add_ManyThreads_LosesNothing()
    {
        var series = new UsageSeries("a", TimeSpan.FromMinutes(1), 10, time);
        TestThreads.Run(4, (_, _) =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                series.Add(1);
            }
        });
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([40_000], series.ToArray());
    }

    [Fact]
    public void Measure_Pool_CountsWhatWasUsedNotWhatWasReserved()
    {
        var history = new UsageHistory(time, new UsageHistoryOptions { Step = TimeSpan.FromMinutes(1) });
        var pool = new TotalPool("tokens", 1000);
        history.Measure(pool);

        pool.MustTake(100).Settle([30]);
        pool.MustTake(100).Release();
        pool.MustTake(10).Settle([50]);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([80], history.Get("tokens").ToArray());
    }

    [Fact]
    public void Get_MoreThanAllowed_ForgetsTheLeastRecentlyUsed()
    {
        var history = new UsageHistory(time, new UsageHistoryOptions { MaximumSeries = 2, Length = 2 });
        history.Get("a");
        var kept = history.Get("b");
        history.Get("a");
        history.Get("c");

        Assert.Equal(["c", "a"], history.Names);
        Assert.NotSame(kept, history.Get("b"));
    }

    [Fact]
    public void Validate_OutOfRange_NamesEveryMistake()
    {
        var refused = Assert.Throws<SiraConfigurationException>(() => new UsageHistory(time, new UsageHistoryOptions { Step = TimeSpan.Zero, Length = 1, MaximumSeries = 0 }));

        Assert.Equal(3, refused.Errors.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new UsageSeries("a", TimeSpan.Zero, 5, time));
    }
}
