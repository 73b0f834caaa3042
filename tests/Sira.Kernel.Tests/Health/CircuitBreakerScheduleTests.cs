using Sira.Kernel.Health;

namespace Sira.Kernel.Tests.Health;

public class CircuitBreakerScheduleTests
{
    [Fact]
    public void RemainingBreak_ProbesKeepFailing_GrowsLinearlyUpToTheMaximum()
    {
        var fixture = new BreakerFixture(BreakerFixture.Exact with { MaximumBreakDuration = TimeSpan.FromSeconds(35) });
        fixture.Trip();
        var lengths = new List<double>();

        for (var i = 0; i < 6; i++)
        {
            lengths.Add(fixture.Breaker.RemainingBreak.TotalSeconds);
            fixture.Time.Advance(fixture.Breaker.RemainingBreak);
            fixture.Call(CircuitOutcome.Failure);
        }

        Assert.Equal([10, 20, 30, 35, 35, 35], lengths);
    }

    [Fact]
    public void RemainingBreak_BrokenAgainSoonAfterClosing_GoesOnGrowing()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);
        fixture.Call(CircuitOutcome.Success);
        fixture.Seconds(29);

        fixture.Trip();

        Assert.Equal(TimeSpan.FromSeconds(20), fixture.Breaker.RemainingBreak);
    }

    [Fact]
    public void RemainingBreak_BrokenAgainAfterRecovery_BeginsAnew()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);
        fixture.Call(CircuitOutcome.Success);
        fixture.Seconds(30);

        fixture.Trip();

        Assert.Equal(TimeSpan.FromSeconds(10), fixture.Breaker.RemainingBreak);
    }

    [Fact]
    public void RemainingBreak_Jitter_IsAddedWithinItsShareAndDiffersBySeed()
    {
        var lengths = Enumerable.Range(0, 200).Select(seed =>
        {
            var fixture = new BreakerFixture(CircuitBreakerOptions.Default with { Jitter = 0.5 }, seed);
            fixture.Trip();
            return fixture.Breaker.RemainingBreak.TotalSeconds;
        }).ToArray();

        Assert.All(lengths, length => Assert.InRange(length, 10, 15));
        Assert.True(lengths.Distinct().Count() > 190);
        Assert.InRange(lengths.Average(), 12, 13);
    }

    [Fact]
    public void Record_RetryAfterOnOneFailure_OpensForExactlySoLong()
    {
        var fixture = new BreakerFixture();

        fixture.Call(CircuitOutcome.Failure, TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(2), fixture.Breaker.RemainingBreak);
    }

    [Fact]
    public void Record_RetryAfterOnOneFailure_DoesNotEscalate()
    {
        var fixture = new BreakerFixture();
        for (var i = 0; i < 3; i++)
        {
            fixture.Call(CircuitOutcome.Failure, TimeSpan.FromSeconds(2));
            fixture.Seconds(2);
            fixture.Call(CircuitOutcome.Success);
        }

        fixture.Trip();

        Assert.Equal(TimeSpan.FromSeconds(10), fixture.Breaker.RemainingBreak);
    }

    [Theory]
    [InlineData(29, 30)]
    [InlineData(30, 10)]
    public void Record_RetryAfterAfterRecovery_EndsTheRowOfBreaks(int closedSeconds, int expected)
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);
        fixture.Call(CircuitOutcome.Failure);
        fixture.Seconds(20);
        fixture.Call(CircuitOutcome.Success);
        fixture.Seconds(closedSeconds);
        fixture.Call(CircuitOutcome.Failure, TimeSpan.FromSeconds(2));
        fixture.Seconds(2);

        fixture.Call(CircuitOutcome.Failure);

        Assert.Equal(TimeSpan.FromSeconds(expected), fixture.Breaker.RemainingBreak);
    }

    [Theory]
    [InlineData(3, 10)]
    [InlineData(3600, 3600)]
    public void Record_RetryAfterOnTheTrippingFailure_LongerOfBothCounts(int retryAfter, int expected)
    {
        var fixture = new BreakerFixture();
        fixture.Calls(4, CircuitOutcome.Failure);

        fixture.Call(CircuitOutcome.Failure, TimeSpan.FromSeconds(retryAfter));

        Assert.Equal(TimeSpan.FromSeconds(expected), fixture.Breaker.RemainingBreak);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Record_RetryAfterNotPositive_IsAsGoodAsNone(int seconds)
    {
        var fixture = new BreakerFixture();

        fixture.Call(CircuitOutcome.Failure, TimeSpan.FromSeconds(seconds));

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Theory]
    [InlineData(CircuitOutcome.Success)]
    [InlineData(CircuitOutcome.Neutral)]
    public void Record_RetryAfterWithoutFailure_IsIgnored(CircuitOutcome outcome)
    {
        var fixture = new BreakerFixture();

        fixture.Call(outcome, TimeSpan.FromSeconds(30));

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Fact]
    public void Record_LateRetryAfterWhileOpen_OnlyEverProlongs()
    {
        var fixture = new BreakerFixture();
        var late = Enumerable.Range(0, 3).Select(_ => fixture.Enter()).ToArray();
        fixture.Trip();

        fixture.Breaker.Record(late[0], CircuitOutcome.Failure, TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(10), fixture.Breaker.RemainingBreak);
        fixture.Breaker.Record(late[1], CircuitOutcome.Failure, TimeSpan.FromSeconds(25));
        Assert.Equal(TimeSpan.FromSeconds(25), fixture.Breaker.RemainingBreak);
        fixture.Breaker.Record(late[2], CircuitOutcome.Failure, TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(25), fixture.Breaker.RemainingBreak);
        Assert.Single(fixture.Changes);
    }

    [Fact]
    public void Record_LateFailuresWhileOpen_DoNotProlongOrEscalate()
    {
        var fixture = new BreakerFixture();
        var late = Enumerable.Range(0, 50).Select(_ => fixture.Enter()).ToArray();
        fixture.Trip();

        Assert.All(late, permit => fixture.Breaker.Record(permit, CircuitOutcome.Failure));

        Assert.Equal(TimeSpan.FromSeconds(10), fixture.Breaker.RemainingBreak);
    }

    [Fact]
    public void Record_AbsurdRetryAfter_StaysOpenWithoutOverflow()
    {
        var fixture = new BreakerFixture(CircuitBreakerOptions.Default);

        fixture.Call(CircuitOutcome.Failure, TimeSpan.MaxValue);
        fixture.Seconds(86400 * 365);

        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
        Assert.Equal(DateTimeOffset.MaxValue, fixture.Changes[0].BreakUntil);
    }

    [Fact]
    public void HealthFactor_AfterClosing_GrowsLinearlyFromTheMinimum()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);
        Assert.Equal(0.2, fixture.Breaker.HealthFactor);
        fixture.Call(CircuitOutcome.Success);

        Assert.Equal(0.2, fixture.Breaker.HealthFactor, 6);
        fixture.Seconds(5);
        Assert.Equal(0.6, fixture.Breaker.HealthFactor, 6);
        fixture.Seconds(4.999);
        Assert.InRange(fixture.Breaker.HealthFactor, 0.999, 0.99999);
        fixture.Seconds(0.001);
        Assert.Equal(1, fixture.Breaker.HealthFactor);
        Assert.Equal(1, fixture.Breaker.HealthFactor);
    }

    [Fact]
    public void HealthFactor_SecondRecovery_StartsSlowlyAgain()
    {
        var fixture = new BreakerFixture();
        for (var i = 0; i < 2; i++)
        {
            fixture.Seconds(100);
            Assert.Equal(1, fixture.Breaker.HealthFactor);
            fixture.Trip();
            fixture.Time.Advance(fixture.Breaker.RemainingBreak);
            fixture.Call(CircuitOutcome.Success);
            Assert.Equal(0.2, fixture.Breaker.HealthFactor, 6);
        }
    }

    [Fact]
    public void HealthFactor_SlowStartOff_IsWholeAtOnce()
    {
        var fixture = new BreakerFixture(BreakerFixture.Exact with { SlowStart = TimeSpan.Zero });
        fixture.Trip();
        fixture.Seconds(10);
        fixture.Call(CircuitOutcome.Success);

        Assert.Equal(1, fixture.Breaker.HealthFactor);
    }
}
