using Sira.Kernel.Configuration;
using Sira.Kernel.Health.Detection;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Health.Detection;

public sealed class PhiAccrualDetectorTests : IDisposable
{
    private static readonly PhiAccrualOptions Impatient = new() { AcceptablePause = TimeSpan.Zero };
    private readonly SuspendableTimeProvider time = new();
    private readonly StallMeter stalls;

    public PhiAccrualDetectorTests()
    {
        stalls = new StallMeter(time);
        stalls.Start();
    }

    public void Dispose() => stalls.Dispose();

    [Fact]
    public void Phi_Silence_GrowsAndIsSuspectedExactlyWhenRemainingRunsOut()
    {
        var detector = Beating(Impatient, TimeSpan.FromSeconds(1), 50);
        var remaining = detector.Remaining;
        var last = -1d;
        Assert.InRange(remaining.TotalSeconds, 1.2, 2);

        for (var i = 0; i < 10; i++)
        {
            Assert.True(detector.Phi >= last);
            Assert.False(detector.IsSuspected);
            last = detector.Phi;
            time.Run(remaining / 10);
        }

        time.Run(TimeSpan.FromMilliseconds(1));
        Assert.True(detector.Phi >= 8);
        Assert.True(detector.IsSuspected);
    }

    [Fact]
    public void Phi_BeforeAnyInterval_IsReckonedWithTheFirstEstimate()
    {
        var detector = new PhiAccrualDetector(Impatient, time);

        time.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(0.301, detector.Phi, 0.001);
        time.Run(TimeSpan.FromSeconds(4));

        Assert.True(detector.IsSuspected);
    }

    [Fact]
    public void Remaining_AcceptablePause_ComesOnTop()
    {
        var strict = Beating(Impatient, TimeSpan.FromSeconds(1), 20).Remaining;
        var lenient = Beating(Impatient with { AcceptablePause = TimeSpan.FromSeconds(7) }, TimeSpan.FromSeconds(1), 20).Remaining;

        Assert.Equal(7, (lenient - strict).TotalSeconds, 0.001);
    }

    [Fact]
    public void Heartbeat_AfterASuspicion_ClearsItAndForgetsTheSilence()
    {
        var detector = Beating(Impatient, TimeSpan.FromSeconds(1), 50);
        var usual = detector.Remaining;
        time.Run(TimeSpan.FromMinutes(10));
        Assert.True(detector.IsSuspected);

        detector.Heartbeat();

        Assert.False(detector.IsSuspected);
        Assert.Equal(usual.TotalSeconds, detector.Remaining.TotalSeconds, 0.1);
    }

    [Fact]
    public void Phi_ObserverWasSuspended_DoesNotCountAgainstTheOther()
    {
        var detector = Beating(Impatient, TimeSpan.FromSeconds(1), 50);
        var deaf = new PhiAccrualDetector(Impatient, time);

        time.Suspend(TimeSpan.FromHours(8));

        Assert.False(detector.IsSuspected);
        Assert.True(deaf.IsSuspected);
        time.Run(TimeSpan.FromMilliseconds(300));
        Assert.False(detector.IsSuspected);
    }

    [Fact]
    public void Heartbeat_BurstAfterASuspension_DoesNotSpoilTheRhythm()
    {
        var detector = Beating(Impatient, TimeSpan.FromSeconds(1), 50);
        var usual = detector.Remaining;
        time.Suspend(TimeSpan.FromMinutes(2));

        // What piled up meanwhile.
        for (var i = 0; i < 120; i++)
        {
            detector.Heartbeat();
        }

        Assert.Equal(usual.TotalSeconds, detector.Remaining.TotalSeconds, 0.1);
    }

    /// <summary>Anchor K23: an hour of stalls of the observer, none of the sender. And a sender that dies in between is still found out.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void IsSuspected_AnHourOfStallsOfTheObserver_NeverFalsely(int seed)
    {
        var random = new SeededRandomSource(seed);

        // The meter does not notice what is shorter than two of its periods; that much has to be acceptable.
        var options = Impatient with { AcceptablePause = TimeSpan.FromMilliseconds(500) };
        var detectors = Enumerable.Range(0, 10).Select(_ => new PhiAccrualDetector(options, time, stalls)).ToArray();
        var due = detectors.Select(_ => time.GetUtcNow()).ToArray();
        var end = time.GetUtcNow().AddHours(1);
        var suspicions = 0;
        while (time.GetUtcNow() < end)
        {
            // Pauses from a garbage collection of 50 ms to a suspension of 5 minutes.
            if (random.Next(40) == 0)
            {
                time.Suspend(TimeSpan.FromMilliseconds(50 * Math.Exp(random.NextDouble() * Math.Log(6000))));
                suspicions += detectors.Count(detector => detector.IsSuspected);
            }

            for (var i = 0; i < detectors.Length; i++)
            {
                // What was sent during a pause arrives after it.
                while (due[i] <= time.GetUtcNow())
                {
                    detectors[i].Heartbeat();
                    due[i] = due[i].AddSeconds(1).AddMilliseconds((random.NextDouble() - 0.5) * 100);
                }
            }

            time.Run(TimeSpan.FromMilliseconds(100));
            suspicions += detectors.Count(detector => detector.IsSuspected);
        }

        Assert.Equal(0, suspicions);
        time.Run(TimeSpan.FromSeconds(3));
        Assert.All(detectors, detector => Assert.True(detector.IsSuspected));
    }

    /// <summary>On normally distributed intervals φ keeps about the promise in its name: a threshold of 2 is wrong once in a hundred heartbeats.</summary>
    [Fact]
    public void IsSuspected_NormalNoise_IsWrongAsOftenAsThePhiSays()
    {
        var random = new SeededRandomSource(11);
        var detector = new PhiAccrualDetector(Impatient with { Threshold = 2, MinimumDeviation = TimeSpan.FromMilliseconds(1), MaximumSamples = 1000 }, time);
        var wrong = 0;
        const int Beats = 50_000;

        for (var i = 0; i < Beats; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            time.Run(TimeSpan.FromSeconds(Math.Max(0.01, 1 + (0.1 * normal))));
            wrong += detector.IsSuspected ? 1 : 0;
            detector.Heartbeat();
        }

        // Intervals that end a suspicion are left out of the window, so it is slightly too strict.
        Assert.InRange(wrong / (double)Beats, 0.005, 0.03);
    }

    [Fact]
    public void Constructor_OptionsOutOfRange_NamesAll()
    {
        var error = Assert.Throws<SiraConfigurationException>(() => new PhiAccrualDetector(
            new PhiAccrualOptions { Threshold = double.NaN, MaximumSamples = 1, MinimumDeviation = TimeSpan.Zero, AcceptablePause = TimeSpan.FromSeconds(-1), FirstEstimate = TimeSpan.MaxValue }, time));

        Assert.Equal(5, error.Errors.Count);
    }

    private PhiAccrualDetector Beating(PhiAccrualOptions options, TimeSpan interval, int beats)
    {
        var detector = new PhiAccrualDetector(options, time, stalls);
        for (var i = 0; i < beats; i++)
        {
            time.Run(interval);
            detector.Heartbeat();
        }

        return detector;
    }
}
