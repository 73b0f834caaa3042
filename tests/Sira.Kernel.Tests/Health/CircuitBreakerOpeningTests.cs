using Sira.Kernel.Health;

namespace Sira.Kernel.Tests.Health;

public class CircuitBreakerOpeningTests
{
    private static readonly CircuitBreakerOptions RatioOnly = BreakerFixture.Exact with { ConsecutiveFailures = 0 };

    [Fact]
    public void TryEnter_NewBreaker_PassesAsNoProbe()
    {
        var fixture = new BreakerFixture();

        Assert.False(fixture.Enter().IsProbe);
        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
        Assert.Equal(1, fixture.Breaker.HealthFactor);
        Assert.Equal(TimeSpan.Zero, fixture.Breaker.RemainingBreak);
    }

    [Fact]
    public void Record_FailuresInARow_OpensAtTheConfiguredNumber()
    {
        var fixture = new BreakerFixture();

        fixture.Calls(4, CircuitOutcome.Failure);
        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
        fixture.Call(CircuitOutcome.Failure);

        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
        Assert.False(fixture.Breaker.CanEnter());
        Assert.False(fixture.Breaker.TryEnter(out var refused));
        Assert.Equal(default, refused);
        Assert.Equal(0, fixture.Breaker.HealthFactor);
        Assert.Equal(TimeSpan.FromSeconds(10), fixture.Breaker.RemainingBreak);
    }

    [Fact]
    public void Record_SuccessInBetween_BreaksTheRow()
    {
        var fixture = new BreakerFixture(BreakerFixture.Exact with { MinimumThroughput = 1000 });

        fixture.Calls(4, CircuitOutcome.Failure);
        fixture.Call(CircuitOutcome.Success);
        fixture.Calls(4, CircuitOutcome.Failure);

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Fact]
    public void Record_NeutralInBetween_DoesNotBreakTheRow()
    {
        var fixture = new BreakerFixture();

        fixture.Calls(4, CircuitOutcome.Failure);
        fixture.Call(CircuitOutcome.Neutral);
        fixture.Call(CircuitOutcome.Failure);

        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
    }

    [Fact]
    public void Record_RatioReachedBelowMinimumThroughput_StaysClosed()
    {
        var fixture = new BreakerFixture(RatioOnly);

        fixture.Calls(9, CircuitOutcome.Failure);
        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
        fixture.Call(CircuitOutcome.Failure);

        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
    }

    [Theory]
    [InlineData(11, 10, CircuitState.Closed)]
    [InlineData(10, 10, CircuitState.Open)]
    public void Record_FailureRatio_DecidesAtTheShare(int successes, int failures, CircuitState expected)
    {
        var fixture = new BreakerFixture(RatioOnly);

        fixture.Calls(successes, CircuitOutcome.Success);
        fixture.Calls(failures, CircuitOutcome.Failure);

        Assert.Equal(expected, fixture.Breaker.State);
    }

    [Fact]
    public void Record_OnlyNeutral_NeverCountsAsThroughput()
    {
        var fixture = new BreakerFixture(RatioOnly);

        fixture.Calls(9, CircuitOutcome.Failure);
        fixture.Calls(1000, CircuitOutcome.Neutral);

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Fact]
    public void Record_FailuresOlderThanTheWindow_AreForgotten()
    {
        var fixture = new BreakerFixture(RatioOnly);

        fixture.Calls(9, CircuitOutcome.Failure);
        fixture.Seconds(30);
        fixture.Calls(9, CircuitOutcome.Failure);

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Fact]
    public void Record_FailuresSpreadOverTheWindow_AreAddedUp()
    {
        var fixture = new BreakerFixture(RatioOnly);

        for (var i = 0; i < 9; i++)
        {
            fixture.Call(CircuitOutcome.Failure);
            fixture.Seconds(2.9);
        }

        fixture.Call(CircuitOutcome.Failure);

        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
    }

    [Fact]
    public void Record_OutcomeFromBeforeTheBreak_IsNotCountedAfterIt()
    {
        var fixture = new BreakerFixture();
        var late = Enumerable.Range(0, 20).Select(_ => fixture.Enter()).ToArray();
        fixture.Trip();
        fixture.Seconds(10);
        fixture.Call(CircuitOutcome.Success);
        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);

        Assert.All(late, permit => fixture.Breaker.Record(permit, CircuitOutcome.Failure));

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
        fixture.Calls(4, CircuitOutcome.Failure);
        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Fact]
    public void Record_LateSuccessWhileOpen_DoesNotClose()
    {
        var fixture = new BreakerFixture();
        var late = fixture.Enter();
        fixture.Trip();

        fixture.Breaker.Record(late, CircuitOutcome.Success);

        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
    }

    [Fact]
    public void Record_DefaultPermit_IsNotCounted()
    {
        var fixture = new BreakerFixture();

        for (var i = 0; i < 100; i++)
        {
            fixture.Breaker.Record(default, CircuitOutcome.Failure);
        }

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Fact]
    public void StateChanged_WholeCycle_TellsEachChangeInOrder()
    {
        var fixture = new BreakerFixture();
        var start = fixture.Time.GetUtcNow();

        fixture.Trip();
        fixture.Seconds(10);
        fixture.Call(CircuitOutcome.Success);

        Assert.Equal(
            [(CircuitState.Closed, CircuitState.Open, start.AddSeconds(10)), (CircuitState.Open, CircuitState.HalfOpen, null), (CircuitState.HalfOpen, CircuitState.Closed, (DateTimeOffset?)null)],
            fixture.Changes.Select(change => (change.From, change.To, change.BreakUntil)));
        Assert.Equal([2, 3, 4], fixture.Changes.Select(change => change.Generation));
    }

    [Fact]
    public void StateChanged_HandlerUsesTheBreaker_DoesNotDeadlock()
    {
        var fixture = new BreakerFixture();
        CircuitState? seen = null;
        fixture.Breaker.StateChanged += (sender, _) => seen = ((CircuitBreaker)sender!).State;

        fixture.Trip();

        Assert.Equal(CircuitState.Open, seen);
    }
}
