using Sira.Kernel.Configuration;
using Sira.Kernel.Overload;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Overload;

public sealed class AdaptiveThrottleTests
{
    private readonly VirtualTimeProvider time = new();

    [Fact]
    public void TryEnter_EverythingAccepted_NeverRejects()
    {
        var throttle = Create();
        throttle.RecordRefused();
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(throttle.TryEnter());
            throttle.RecordAccepted();
        }

        Assert.Equal(0, throttle.RejectionProbability);
    }

    [Theory]
    [InlineData(100, 0, 2, 100.0 / 101)]
    [InlineData(100, 20, 2, 60.0 / 101)]
    [InlineData(100, 49, 2, 2.0 / 101)]
    [InlineData(100, 50, 2, 0)]
    [InlineData(100, 80, 1, 20.0 / 101)]
    [InlineData(100, 80, 1.1, 12.0 / 101)]
    [InlineData(9, 0, 2, 0)]
    public void RejectionProbability_IsThatOfTheBook(int requests, int accepts, double multiplier, double expected)
    {
        var throttle = Create(new AdaptiveThrottleOptions { Multiplier = multiplier });
        Enter(throttle, requests);
        for (var i = 0; i < accepts; i++)
        {
            throttle.RecordAccepted();
        }

        throttle.RecordRefused();

        Assert.Equal(expected, throttle.RejectionProbability, 1e-12);
    }

    [Fact]
    public void TryEnter_ManyInFlightAndNoneRefused_NeverRejects()
    {
        var throttle = Create();
        Enter(throttle, 500);

        Assert.Equal(0, throttle.RejectionProbability);
        throttle.RecordRefused();
        Assert.Equal(500.0 / 501, throttle.RejectionProbability, 1e-12);
    }

    [Fact]
    public void ShouldReject_IsNotCounted()
    {
        var throttle = Create();
        Enter(throttle, 20);
        throttle.RecordRefused();
        var before = throttle.RejectionProbability;

        var rejected = Enumerable.Range(0, 10_000).Count(_ => throttle.ShouldReject());

        Assert.Equal(before, throttle.RejectionProbability);
        Assert.InRange(rejected, 10_000 * (before - 0.02), 10_000 * (before + 0.02));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(0.4)]
    [InlineData(0.7)]
    public void TryEnter_CalleeAcceptsAShare_SendsTwiceWhatItAccepts(double share)
    {
        // The callee takes a fixed number of calls per second, that share of what is asked. With K = 2 as many again reach it and are refused; the rest end here.
        var throttle = Create(seed: 11);
        int sent = 0, accepted = 0, total = 0;
        for (var second = 0; second < 1200; second++)
        {
            var room = (int)(100 * share);
            for (var i = 0; i < 100; i++)
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                var measured = second >= 300;
                total += measured ? 1 : 0;
                if (!throttle.TryEnter())
                {
                    continue;
                }

                sent += measured ? 1 : 0;
                if (room-- > 0)
                {
                    accepted += measured ? 1 : 0;
                    throttle.RecordAccepted();
                }
                else
                {
                    throttle.RecordRefused();
                }
            }
        }

        Assert.InRange((double)sent / total, Math.Min(1, 2 * share) - 0.03, Math.Min(1, 2 * share) + 0.03);
        Assert.InRange((double)accepted / total, share - 0.02, share);
    }

    [Fact]
    public void TryEnter_CalleeRecovers_PassesEverythingAgain()
    {
        var throttle = Create(seed: 3);
        Drive(throttle, seconds: 300, accepts: false);
        Assert.InRange(throttle.RejectionProbability, 0.95, 1);

        Drive(throttle, seconds: 600, accepts: true);

        Assert.Equal(0, throttle.RejectionProbability);
    }

    [Fact]
    public void TryEnter_RejectedHere_CountsAsRequest()
    {
        var throttle = Create(seed: 5);
        Enter(throttle, 20);
        throttle.RecordRefused();
        var before = throttle.RejectionProbability;

        while (throttle.TryEnter())
        {
        }

        Assert.True(throttle.RejectionProbability > before);
    }

    [Fact]
    public void RejectionProbability_AfterTheWindow_IsZero()
    {
        var throttle = Create();
        Enter(throttle, 100);
        throttle.RecordRefused();

        time.Advance(TimeSpan.FromSeconds(107));
        Assert.Equal(100.0 / 101, throttle.RejectionProbability, 1e-12);
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(0, throttle.RejectionProbability);
    }

    [Fact]
    public void TryEnter_EqualSeeds_RejectTheSameCalls()
    {
        Assert.Equal(Trace(1), Trace(1));
        Assert.NotEqual(Trace(1), Trace(2));

        string Trace(int seed)
        {
            var throttle = Create(seed: seed);
            Enter(throttle, 10);
            throttle.RecordRefused();
            return string.Concat(Enumerable.Range(0, 200).Select(i =>
            {
                if (i % 3 == 0)
                {
                    throttle.RecordAccepted();
                }

                return throttle.TryEnter() ? '1' : '0';
            }));
        }
    }

    [Fact]
    public void TryEnter_ManyThreads_CountEveryRequest()
    {
        var throttle = Create();
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                throttle.TryEnter();
                if (i % 4 == 0)
                {
                    throttle.RecordAccepted();
                }
            }
        });
        throttle.RecordRefused();

        Assert.Equal(40_000.0 / 80_001, throttle.RejectionProbability, 1e-12);
    }

    [Fact]
    public void Calls_DoNotAllocate()
    {
        var throttle = Create();
        throttle.RecordRefused();
        Assert.Equal(0, Allocations.By(() =>
        {
            throttle.TryEnter();
            throttle.ShouldReject();
            throttle.RecordAccepted();
            throttle.RecordRefused();
        }));
    }

    [Fact]
    public void Reconfigure_KeepsWhatWasCounted()
    {
        var throttle = Create();
        Enter(throttle, 100);
        throttle.RecordRefused();

        throttle.Reconfigure(new AdaptiveThrottleOptions { Window = TimeSpan.FromMinutes(4) });

        Assert.Equal(100.0 / 101, throttle.RejectionProbability, 1e-12);
        Assert.Throws<SiraConfigurationException>(() => throttle.Reconfigure(new AdaptiveThrottleOptions { Multiplier = 0.5 }));
    }

    [Fact]
    public void Validate_EveryMistake_IsNamed()
    {
        var errors = new ConfigurationErrors();
        new AdaptiveThrottleOptions { Multiplier = double.NaN, Window = TimeSpan.FromDays(1), MinimumThroughput = 0 }.Validate("X", errors);

        Assert.Equal(["X:Multiplier", "X:Window", "X:MinimumThroughput"], errors.Items.Select(error => error.Path));
    }

    private AdaptiveThrottle Create(AdaptiveThrottleOptions? options = null, int seed = 1) => new(options ?? AdaptiveThrottleOptions.Default, time, new SeededRandomSource(seed));

    private static void Enter(AdaptiveThrottle throttle, int count)
    {
        for (var i = 0; i < count; i++)
        {
            throttle.TryEnter();
        }
    }

    private void Drive(AdaptiveThrottle throttle, int seconds, bool accepts)
    {
        for (var i = 0; i < seconds * 10; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            if (!throttle.TryEnter())
            {
                continue;
            }

            if (accepts)
            {
                throttle.RecordAccepted();
            }
            else
            {
                throttle.RecordRefused();
            }
        }
    }
}
