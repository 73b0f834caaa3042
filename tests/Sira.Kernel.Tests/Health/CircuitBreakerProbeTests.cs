using Sira.Kernel.Health;

namespace Sira.Kernel.Tests.Health;

public class CircuitBreakerProbeTests
{
    [Fact]
    public void TryEnter_BreakNotOver_RefusesUntilTheLastTick()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();

        fixture.Time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.False(fixture.Breaker.TryEnter(out _));
        Assert.Equal(TimeSpan.FromTicks(1), fixture.Breaker.RemainingBreak);
        fixture.Time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(CircuitState.HalfOpen, fixture.Breaker.State);
        Assert.True(fixture.Breaker.CanEnter());
        Assert.Equal(TimeSpan.Zero, fixture.Breaker.RemainingBreak);
        Assert.True(fixture.Enter().IsProbe);
    }

    [Fact]
    public void TryEnter_ProbeInFlight_RefusesOthers()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);

        fixture.Enter();

        Assert.False(fixture.Breaker.TryEnter(out _));
        Assert.False(fixture.Breaker.CanEnter());
        Assert.Equal(0, fixture.Breaker.HealthFactor);
        Assert.Equal(CircuitState.HalfOpen, fixture.Breaker.State);
    }

    [Fact]
    public void RecordSuccess_OfAProbe_Closes()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);

        fixture.Breaker.RecordSuccess(fixture.Enter(), fixture.Time.GetTimestamp());

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Fact]
    public void RecordSuccess_FromBeforeTheBreak_DoesNotCount()
    {
        var fixture = new BreakerFixture();
        var slow = fixture.Enter();
        fixture.Trip();

        fixture.Breaker.RecordSuccess(slow, fixture.Time.GetTimestamp());

        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
    }

    [Fact]
    public void RecordSuccess_AmongFailures_EndsTheirRow()
    {
        var fixture = new BreakerFixture();
        var row = fixture.Breaker.Options.ConsecutiveFailures - 1;
        fixture.Calls(row, CircuitOutcome.Failure);
        fixture.Breaker.RecordSuccess(fixture.Enter(), fixture.Time.GetTimestamp());

        fixture.Calls(row, CircuitOutcome.Failure);

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
        fixture.Call(CircuitOutcome.Failure);
        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
    }

    [Fact]
    public void Record_ProbeSucceeds_ClosesAndForgetsTheFailures()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);

        fixture.Call(CircuitOutcome.Success);
        fixture.Calls(4, CircuitOutcome.Failure);

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Fact]
    public void Record_ProbeFails_OpensAgainAtOnce()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);

        fixture.Call(CircuitOutcome.Failure);

        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
        Assert.False(fixture.Breaker.TryEnter(out _));
    }

    [Fact]
    public void TryEnter_EndpointStaysDead_OneProbePerBreak()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        var probes = 0;
        var breaks = fixture.Changes.Count;

        for (var i = 0; i < 3600; i++)
        {
            if (fixture.Breaker.TryEnter(out var permit))
            {
                probes++;
                fixture.Breaker.Record(permit, CircuitOutcome.Failure);
            }

            fixture.Seconds(0.5);
        }

        // 10 + 20 + 30 … seconds: the k-th probe comes after 5k(k+1) seconds until the cap of 300; 18 of them fit into half an hour.
        Assert.Equal(18, probes);
        Assert.Equal(breaks + (2 * probes), fixture.Changes.Count);
    }

    [Fact]
    public void Record_NeutralProbe_GivesThePlaceBackWithoutDeciding()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);

        var probe = fixture.Enter();
        fixture.Breaker.Record(probe, CircuitOutcome.Neutral);

        Assert.Equal(CircuitState.HalfOpen, fixture.Breaker.State);
        Assert.True(fixture.Enter().IsProbe);
        Assert.False(fixture.Breaker.TryEnter(out _));

        // Handing the first permit back twice must not free the second probe's place.
        fixture.Breaker.Record(probe, CircuitOutcome.Neutral);
        Assert.False(fixture.Breaker.TryEnter(out _));
    }

    [Fact]
    public void TryEnter_ProbeNeverComesBack_LeaseRunsOut()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);
        var lost = fixture.Enter();

        fixture.Seconds(59.9);
        Assert.False(fixture.Breaker.TryEnter(out _));
        fixture.Seconds(0.1);
        var replacement = fixture.Enter();

        Assert.True(replacement.IsProbe);
        Assert.False(fixture.Breaker.TryEnter(out _));
        fixture.Breaker.Record(lost, CircuitOutcome.Neutral);
        Assert.False(fixture.Breaker.TryEnter(out _));
        fixture.Breaker.Record(replacement, CircuitOutcome.Success);
        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Fact]
    public void TryEnter_BreakLongerThanAMinute_LeaseIsAsLongAsTheBreak()
    {
        var fixture = new BreakerFixture(BreakerFixture.Exact with { BreakDuration = TimeSpan.FromMinutes(2) });
        fixture.Trip();
        fixture.Seconds(120);
        fixture.Enter();

        fixture.Seconds(119);
        Assert.False(fixture.Breaker.TryEnter(out _));
        fixture.Seconds(1);

        Assert.True(fixture.Breaker.TryEnter(out _));
    }

    [Fact]
    public void Record_ProbeSlowerThanItsLease_StillCloses()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);
        var slow = fixture.Enter();
        fixture.Seconds(60);
        fixture.Enter();
        fixture.Seconds(30);

        fixture.Breaker.Record(slow, CircuitOutcome.Success);

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
    }

    [Fact]
    public void TryEnter_SeveralProbesConfigured_AdmitsExactlySoMany()
    {
        var fixture = new BreakerFixture(BreakerFixture.Exact with { HalfOpenProbes = 3 });
        fixture.Trip();
        fixture.Seconds(10);

        var probes = Enumerable.Range(0, 3).Select(_ => fixture.Enter()).ToArray();
        Assert.False(fixture.Breaker.TryEnter(out _));
        fixture.Breaker.Record(probes[1], CircuitOutcome.Neutral);
        fixture.Enter();
        Assert.False(fixture.Breaker.TryEnter(out _));

        fixture.Breaker.Record(probes[0], CircuitOutcome.Failure);
        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
        fixture.Breaker.Record(probes[2], CircuitOutcome.Success);
        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
    }

    [Fact]
    public void Record_ProbeOfAnEarlierHalfOpen_IsNotCounted()
    {
        var fixture = new BreakerFixture(BreakerFixture.Exact with { HalfOpenProbes = 2 });
        fixture.Trip();
        fixture.Seconds(10);
        var stale = fixture.Enter();
        fixture.Call(CircuitOutcome.Failure);
        fixture.Seconds(20);
        fixture.Enter();

        fixture.Breaker.Record(stale, CircuitOutcome.Success);

        Assert.Equal(CircuitState.HalfOpen, fixture.Breaker.State);
    }
}
