using Sira.Kernel.Health;

namespace Sira.Kernel.Tests.Health;

public class CircuitBreakerConcurrencyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task TryEnter_ManyThreadsAtTheEndOfABreak_NeverMoreProbesThanPlaces(int places)
    {
        var fixture = new BreakerFixture(BreakerFixture.Exact with { HalfOpenProbes = places });
        fixture.Trip();
        var inFlight = 0;
        var most = 0;
        var probes = 0;

        for (var round = 0; round < 200; round++)
        {
            fixture.Time.Advance(fixture.Breaker.RemainingBreak);
            using var start = new Barrier(4);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait();
                for (var i = 0; i < 50; i++)
                {
                    if (!fixture.Breaker.TryEnter(out var permit))
                    {
                        continue;
                    }

                    Assert.True(permit.IsProbe);
                    Interlocked.Increment(ref probes);
                    var now = Interlocked.Increment(ref inFlight);
                    InterlockedMax(ref most, now);
                    Thread.SpinWait(50);
                    Interlocked.Decrement(ref inFlight);
                    fixture.Breaker.Record(permit, CircuitOutcome.Neutral);
                }
            })));

            Assert.Equal(CircuitState.HalfOpen, fixture.Breaker.State);
            fixture.Call(CircuitOutcome.Failure);
        }

        Assert.InRange(most, 1, places);
        Assert.True(probes > 200);
    }

    [Fact]
    public async Task TryEnter_ProbesFailUnderContention_OneProbePerBreak()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        for (var round = 0; round < 200; round++)
        {
            fixture.Time.Advance(fixture.Breaker.RemainingBreak);
            var probes = 0;
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                for (var i = 0; i < 50; i++)
                {
                    if (fixture.Breaker.TryEnter(out var permit))
                    {
                        Interlocked.Increment(ref probes);
                        fixture.Breaker.Record(permit, CircuitOutcome.Failure);
                    }
                }
            })));

            Assert.Equal(1, probes);
        }
    }

    [Fact]
    public async Task Record_FailuresFromManyThreads_OpensOnce()
    {
        for (var round = 0; round < 200; round++)
        {
            var fixture = new BreakerFixture();
            var permits = Enumerable.Range(0, 40).Select(_ => fixture.Enter()).ToArray();

            await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
            {
                for (var i = thread; i < permits.Length; i += 4)
                {
                    fixture.Breaker.Record(permits[i], CircuitOutcome.Failure);
                }
            })));

            Assert.Single(fixture.Changes);
            Assert.Equal(TimeSpan.FromSeconds(10), fixture.Breaker.RemainingBreak);
        }
    }

    [Fact]
    public void TryEnterAndRecord_SteadyState_AllocateNothing()
    {
        var fixture = new BreakerFixture();
        var open = new BreakerFixture();
        open.Trip();
        var allocated = long.MaxValue;

        // The first rounds warm the code up; tiering may allocate once in the background of a later one.
        for (var round = 0; round < 5 && allocated != 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                fixture.Breaker.TryEnter(out var permit);
                fixture.Breaker.Record(permit, i % 10 == 0 ? CircuitOutcome.Failure : CircuitOutcome.Success);
                _ = fixture.Breaker.HealthFactor;
                open.Breaker.TryEnter(out _);
                _ = open.Breaker.RemainingBreak;
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
        Assert.Equal(0, allocated);
    }

    private static void InterlockedMax(ref int location, int value)
    {
        var seen = Volatile.Read(ref location);
        while (seen < value && Interlocked.CompareExchange(ref location, value, seen) is var found && found != seen)
        {
            seen = found;
        }
    }
}
