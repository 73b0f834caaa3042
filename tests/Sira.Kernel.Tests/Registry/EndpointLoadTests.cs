using Sira.Kernel.Registry;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Registry;

public class EndpointLoadTests
{
    private readonly VirtualTimeProvider time = new();

    [Fact]
    public void Latency_NoSample_IsNull() => Assert.Null(new EndpointLoad(time).Latency);

    [Fact]
    public void Latency_SampleOfZero_IsNotNull()
    {
        var load = new EndpointLoad(time);

        load.Record(TimeSpan.Zero);

        Assert.Equal(TimeSpan.FromTicks(1), load.Latency);
    }

    [Fact]
    public void Record_SampleAboveTheAverage_ReplacesIt()
    {
        var load = new EndpointLoad(time);
        load.Record(TimeSpan.FromMilliseconds(100));

        load.Record(TimeSpan.FromMilliseconds(700));

        Assert.Equal(TimeSpan.FromMilliseconds(700), load.Latency);
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(30, 30)]
    [InlineData(300, 30)]
    [InlineData(5, 10)]
    public void Record_SampleBelowTheAverage_DecaysByTimeConstant(double elapsed, double decay)
    {
        var load = new EndpointLoad(time, TimeSpan.FromSeconds(decay));
        load.Record(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(elapsed));

        load.Record(TimeSpan.FromSeconds(1));

        Assert.Equal(1 + (9 * Math.Exp(-elapsed / decay)), load.Latency!.Value.TotalSeconds, 4);
    }

    [Fact]
    public void Record_AtATimestamp_DecaysAsWithTheClock()
    {
        time.Advance(TimeSpan.FromHours(1));
        var load = new EndpointLoad(time, TimeSpan.FromSeconds(30));
        load.Record(TimeSpan.FromSeconds(10), time.GetTimestamp());
        time.Advance(TimeSpan.FromSeconds(30));

        load.Record(TimeSpan.FromSeconds(1), time.GetTimestamp());

        Assert.Equal(1 + (9 * Math.Exp(-1)), load.Latency!.Value.TotalSeconds, 4);
    }

    [Fact]
    public void Record_ManyFastSamples_PullTheAverageDownAsOneWould()
    {
        var load = new EndpointLoad(time);
        load.Record(TimeSpan.FromSeconds(1));

        // So many, and so near the average, that each step alone is lost in rounding.
        for (var i = 0; i < 300_000; i++)
        {
            time.Advance(TimeSpan.FromMicroseconds(100));
            load.Record(TimeSpan.FromMilliseconds(999));
        }

        Assert.Equal(0.999 + (0.001 * Math.Exp(-1)), load.Latency!.Value.TotalSeconds, 4);
    }

    [Fact]
    public void Record_AfterMonthsOfSilence_ForgetsTheOldAverage()
    {
        var load = new EndpointLoad(time);
        load.Record(TimeSpan.FromMinutes(5));
        time.Advance(TimeSpan.FromDays(40));

        load.Record(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(1), load.Latency);
    }

    [Fact]
    public void Latency_Silence_DoesNotDecay()
    {
        var load = new EndpointLoad(time);
        load.Record(TimeSpan.FromSeconds(3));

        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(TimeSpan.FromSeconds(3), load.Latency);
    }

    [Fact]
    public void Record_LongestDuration_IsKept()
    {
        var load = new EndpointLoad(time);

        load.Record(TimeSpan.MaxValue);

        Assert.True(load.Latency > TimeSpan.FromDays(10_000_000));
    }

    [Fact]
    public void Record_Negative_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EndpointLoad(time).Record(TimeSpan.FromTicks(-1)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Constructor_DecayNotPositive_Throws(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EndpointLoad(time, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task BeginEndRecord_ManyThreads_AddUp()
    {
        var load = new EndpointLoad(time);

        await Task.WhenAll(Enumerable.Range(1, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                load.Begin();
                load.Record(TimeSpan.FromMilliseconds(thread));
                if (i > 0)
                {
                    load.End();
                }
            }
        })));

        Assert.Equal(4, load.InFlight);
        Assert.Equal(TimeSpan.FromMilliseconds(4), load.Latency);
    }
}
