using Sira.Kernel.Health.Detection;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Health.Detection;

public sealed class StallMeterTests : IDisposable
{
    private readonly SuspendableTimeProvider time = new();
    private readonly StallMeter stalls;

    public StallMeterTests() => stalls = new StallMeter(time);

    public void Dispose() => stalls.Dispose();

    [Fact]
    public void Stalled_RunningSmoothly_IsZero()
    {
        stalls.Start();

        time.Run(TimeSpan.FromHours(1));

        Assert.Equal(TimeSpan.Zero, stalls.Stalled);
    }

    [Theory]
    [InlineData(0.4, 0)]
    [InlineData(3, 2.5)]
    [InlineData(3600, 3599.5)]
    public void Stalled_AfterAPause_IsWhatGoesBeyondTwoPeriods(double seconds, double expected)
    {
        stalls.Start();
        time.Run(TimeSpan.FromSeconds(10));

        time.Suspend(TimeSpan.FromSeconds(seconds));

        // Before the late beat has come, and after it.
        Assert.Equal(expected, stalls.Stalled.TotalSeconds, 3);
        time.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(expected, stalls.Stalled.TotalSeconds, 3);
    }

    [Fact]
    public void Read_RandomPauses_NeverRunsBackwardsNorAheadOfTheClock()
    {
        var random = new SeededRandomSource(7);
        stalls.Start();
        long last = 0;

        for (var i = 0; i < 5000; i++)
        {
            var by = TimeSpan.FromMilliseconds(random.Next(900));
            if (random.Next(4) == 0)
            {
                time.Suspend(by);
            }
            else
            {
                time.Run(by);
            }

            var reading = stalls.Read();
            Assert.InRange(reading.Now, last, time.GetTimestamp());
            Assert.Equal(time.GetTimestamp(), reading.Now + reading.Stalled);
            last = reading.Now;
        }
    }

    [Fact]
    public void Stop_LastUser_StopsTheTimerAndTheDiscount()
    {
        var clock = new VirtualTimeProvider();
        using var meter = new StallMeter(clock);
        meter.Start();
        meter.Start();
        meter.Stop();
        Assert.Equal(1, clock.ActiveTimers);

        meter.Stop();

        Assert.Equal(0, clock.ActiveTimers);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, meter.Stalled);
        meter.Start();
        Assert.Equal(TimeSpan.Zero, meter.Stalled);
    }

    [Fact]
    public void Constructor_PeriodOfZero_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new StallMeter(time, TimeSpan.Zero));
}
