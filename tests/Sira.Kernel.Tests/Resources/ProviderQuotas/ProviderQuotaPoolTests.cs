using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.ProviderQuotas;
using Sira.Kernel.Tests.Admission;
using Sira.Kernel.Time;
using Sira.Simulation.Time;
using static Sira.Kernel.Tests.Admission.AdmissionFixture;

namespace Sira.Kernel.Tests.Resources.ProviderQuotas;

public sealed class ProviderQuotaPoolTests
{
    private readonly AdmissionFixture fixture = new();
    private readonly ProviderQuotaPool pool;

    public ProviderQuotaPoolTests() => pool = new ProviderQuotaPool("provider requests", 100, TimeSpan.FromMinutes(1), Time, ResourceUnit.Requests);

    private VirtualTimeProvider Time => fixture.Time;

    [Fact]
    public void Report_LessRemainsThanCounted_IsBelievedAtOnce()
    {
        Use(10);

        Report(100, 30, 40);

        Assert.Equal((70L, TimeSpan.FromSeconds(40)), (pool.Used, pool.ResetAfter));
        Assert.Equal(TimeSpan.FromSeconds(40), pool.MustRefuse(31).RetryAfter);
        pool.MustTake(30);
    }

    [Fact]
    public void Report_MoreRemainsThanCountedInTheSameWindow_MakesNoRoom()
    {
        Report(100, 50, 40);
        Use(30);

        // An answer that was overtaken by others.
        Report(100, 60, 40);
        Assert.Equal(80, pool.Used);
        Report(100, 60, 39);

        Assert.Equal(80, pool.Used);
    }

    [Fact]
    public void Report_LaterReset_IsANewWindow()
    {
        Report(100, 5, 10);
        Time.Advance(TimeSpan.FromSeconds(5));

        Report(100, 90, 60);

        Assert.Equal(10, pool.Used);
    }

    [Fact]
    public void Report_CallsInFlight_AreNotPromisedTwice()
    {
        var held = pool.MustTake(20);

        Report(100, 50, 40);

        Assert.Equal(70, pool.Used);
        held.Release();
        Assert.Equal(50, pool.Used);
    }

    [Fact]
    public void Used_AfterTheReset_IsOnlyWhatIsInFlight()
    {
        var held = pool.MustTake(20);
        Use(30);
        Report(100, 0, 10);

        Time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, pool.Available);
        Time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(20, pool.Used);
        held.Settle([25]);
        Assert.Equal(25, pool.Used);
        Assert.Equal(TimeSpan.FromMinutes(1), pool.ResetAfter);
    }

    [Fact]
    public void ReportExhausted_RefusesUntilTheProviderWantsToBeAskedAgain()
    {
        Use(3);

        pool.ReportExhausted(TimeSpan.FromSeconds(90));

        Assert.Equal(TimeSpan.FromSeconds(90), pool.MustRefuse(1).RetryAfter);
        Time.Advance(TimeSpan.FromSeconds(90));
        pool.MustTake(100);
    }

    [Fact]
    public void Report_OfAWindowThatIsOver_ChangesNothingButTheLimit()
    {
        Use(60);

        Report(90, 0, 0);
        Report(100, 100, -3);

        Assert.Equal((100L, 60L, TimeSpan.FromMinutes(1)), (pool.Limit, pool.Used, pool.ResetAfter));
    }

    [Fact]
    public void Report_AnotherLimit_IsLearned()
    {
        Report(10, 10, 60);
        pool.MustRefuse(11);

        Report(500, 490, 60);

        Assert.Equal((500L, 10L), (pool.Limit, pool.Used));
    }

    [Fact]
    public void ReserveAsync_WaitsForTheReset_ByTheTimer()
    {
        pool.ReportExhausted(TimeSpan.FromSeconds(12));
        var waiting = fixture.Ask("a", pool);

        fixture.Seconds(12);

        Assert.Equal(TimeSpan.FromSeconds(12), Result(waiting).Waited);
    }

    [Fact]
    public void ReserveAsync_TheProviderSaysMore_IsServedAtOnce()
    {
        Report(100, 0, 20);
        var waiting = fixture.Ask("a", pool);

        Report(100, 100, 60);

        Granted(waiting);
    }

    [Fact]
    public void Report_Nonsense_IsTakenForTheWorstItCanMean()
    {
        Report(100, -5, -5);
        Assert.Equal(0, Time.ActiveTimers);
        Report(100, 1000, 1e9);
        Assert.InRange(pool.ResetAfter, TimeSpan.Zero, ProviderQuotaPool.LongestReset);
        Report(-1, 5, 10);
        Assert.Equal((100L, 0L), (pool.Limit, pool.Available));
        pool.Report(new ProviderQuotaReport(long.MaxValue, long.MaxValue, TimeSpan.MaxValue));
        pool.Report(new ProviderQuotaReport(long.MaxValue, long.MinValue, TimeSpan.MinValue));
        Assert.InRange(pool.Used, 0, long.MaxValue);
        pool.Report(default);
        pool.ReportExhausted(TimeSpan.MinValue);
        pool.ReportExhausted(null);
        Assert.InRange(pool.Used, 0, long.MaxValue);
    }

    [Theory]
    [InlineData(0, 0L)]
    [InlineData(0, 50L)]
    [InlineData(-7, 50L)]
    [InlineData(long.MinValue, null)]
    public void Report_NoLimitAtAll_LeavesNothingUntilTheReset(long limit, long? remaining)
    {
        Use(10);

        pool.Report(new ProviderQuotaReport(limit, remaining, TimeSpan.FromSeconds(20)));

        Assert.Equal(TimeSpan.FromSeconds(20), pool.MustRefuse(1).RetryAfter);
        Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((100L, 0L), (pool.Limit, pool.Used));
        pool.MustTake(100);
    }

    [Fact]
    public void Report_NoLimitAtAllOfAWindowThatIsOver_ChangesNothing()
    {
        Use(60);

        Report(0, 0, 0);

        Assert.Equal((100L, 60L), (pool.Limit, pool.Used));
    }

    // A provider that counts what arrives in fixed windows, and others who use the same account; answers come late and in any order.
    [Fact]
    public void RandomTraffic_TheProviderNeverHasToRefuseWhatItWasAskedWithinTheReports()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new SeededRandomSource(seed);
            var time = new VirtualTimeProvider();
            var own = new ProviderQuotaPool("provider", 50, TimeSpan.FromMinutes(1), time);
            List<(Reservation Reservation, ProviderQuotaReport Answer, DateTimeOffset At)> answers = [];
            var counted = 0;
            var windowEnd = time.GetUtcNow() + TimeSpan.FromMinutes(1);
            for (var step = 0; step < 400; step++)
            {
                if (time.GetUtcNow() >= windowEnd)
                {
                    counted = 0;
                    windowEnd += TimeSpan.FromMinutes(1);
                }

                if (random.Next(2) == 0 && own.Take(1) is { } reservation)
                {
                    // Alone on the account, nothing that was granted may be refused.
                    counted++;
                    Assert.True(counted <= 50, $"Seed {seed}: {counted} in one window.");
                    answers.Add((reservation, new ProviderQuotaReport(50, 50 - counted, windowEnd - time.GetUtcNow()), time.GetUtcNow()));
                }
                else if (answers.Count > 0)
                {
                    var index = random.Next(answers.Count);
                    var (ended, answer, at) = answers[index];
                    answers.RemoveAt(index);
                    ended.Settle([1]);
                    own.Report(answer with { ResetAfter = answer.ResetAfter - (time.GetUtcNow() - at) });
                }
                else
                {
                    time.Advance(TimeSpan.FromSeconds(random.Next(5)));
                }

                Assert.InRange(own.Used, 0, 100);
            }
        }
    }

    private void Use(long amount) => pool.MustTake(amount).Settle([amount]);

    private void Report(long limit, long remaining, double resetSeconds) =>
        pool.Report(new ProviderQuotaReport(limit, remaining, TimeSpan.FromSeconds(resetSeconds)));
}
