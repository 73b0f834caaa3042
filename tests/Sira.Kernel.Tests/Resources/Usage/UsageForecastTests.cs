using Sira.Kernel.Resources.Usage;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Resources.Usage;

public sealed class UsageForecastTests
{
    private const int Day = 24;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TryMake_DiurnalTrace_IsWithinFifteenPercentOfADayThatItHasNotSeen(int seed)
    {
        var trace = Diurnal(15 * Day, seed);

        var forecast = UsageForecast.TryMake(trace.AsSpan(0, 14 * Day), new ForecastOptions(Day, Day))!;

        var mape = Enumerable.Range(0, Day).Average(hour => Math.Abs(forecast.Expected[hour] - trace[(14 * Day) + hour]) / trace[(14 * Day) + hour]);
        Assert.InRange(mape, 0, 0.15);
        Assert.Equal((ForecastModel.HoltWinters, true), (forecast.Model, forecast.BeatsNaive));
        Assert.InRange(forecast.Errors.Single(static error => error.Model == ForecastModel.HoltWinters).HorizonMape, 0, 0.15);
        Assert.Equal([ForecastModel.Naive, ForecastModel.SeasonalNaive, ForecastModel.Ewma, ForecastModel.HoltWinters], forecast.Errors.Select(static error => error.Model));
    }

    [Fact]
    public void TryMake_RandomWalk_SaysThatItIsNotBetterAndReturnsTheNaiveOne()
    {
        var random = new SeededRandomSource(5);
        var walk = new double[400];
        walk[0] = 10_000;
        for (var i = 1; i < walk.Length; i++)
        {
            walk[i] = walk[i - 1] + random.Next(201) - 100;
        }

        var forecast = UsageForecast.TryMake(walk, new ForecastOptions(1, 1))!;

        Assert.Equal((ForecastModel.Naive, false), (forecast.Model, forecast.BeatsNaive));
        Assert.Equal([walk[^1]], forecast.Expected);
    }

    [Fact]
    public void TryMake_NoisyLevel_EwmaBeatsNaive()
    {
        var random = new SeededRandomSource(1);
        double[] noise = [.. Enumerable.Range(0, 300).Select(_ => 1000.0 + random.Next(400))];

        var forecast = UsageForecast.TryMake(noise, new ForecastOptions(1, 5))!;

        Assert.Equal((ForecastModel.Ewma, true), (forecast.Model, forecast.BeatsNaive));
        Assert.InRange(forecast.Expected[4], 1100, 1300);
    }

    [Fact]
    public void Errors_NaiveOnAKnownSeries_AreAsComputedByHand()
    {
        // The last two of six are held out. One step ahead: |5-4| and |6-5|. Up to two ahead: also |6-4|.
        var naive = UsageForecast.TryMake([1, 2, 3, 4, 5, 6], new ForecastOptions(1, 2))!.Errors.Single(static error => error.Model == ForecastModel.Naive);

        Assert.Equal((1.0, 4 / 3.0), (naive.OneStepMae, naive.HorizonMae));
        Assert.Equal(((1 / 5.0) + (1 / 6.0)) / 2, naive.OneStepMape, 12);
        Assert.Equal(((1 / 5.0) + (2 / 6.0) + (1 / 6.0)) / 3, naive.HorizonMape, 12);
    }

    [Fact]
    public void TryMake_TooLittleOrNothing_IsHonest()
    {
        Assert.Null(UsageForecast.TryMake([], new ForecastOptions(Day, 3)));
        var one = UsageForecast.TryMake([42], new ForecastOptions(Day, 3))!;
        Assert.Equal([42, 42, 42], one.Expected);
        Assert.Equal((0, false), (one.Errors.Count, one.BeatsNaive));

        var idle = UsageForecast.TryMake(new double[100], new ForecastOptions(Day, 3))!;
        Assert.Equal([0, 0, 0], idle.Expected);
        Assert.False(idle.BeatsNaive);
        Assert.All(idle.Errors, static error => Assert.True(double.IsNaN(error.HorizonMape)));
    }

    [Fact]
    public void TryMake_NothingAtNight_ExpectsNoLessThanNothing()
    {
        double[] trace = [.. Enumerable.Range(0, 10 * Day).Select(static hour => hour % Day < 12 ? 0 : 100.0 * (hour % Day))];

        Assert.All(UsageForecast.TryMake(trace, new ForecastOptions(Day, 2 * Day))!.Expected, static step => Assert.True(step >= 0));
    }

    [Theory]
    [InlineData(100, 0, true, null)]
    [InlineData(100, 60, true, null)]
    [InlineData(59, 60, false, 59.0)]
    [InlineData(0, 60, false, 0.0)]
    [InlineData(90, 600, false, 90.0)]
    public void Outlook_ConstantUse_SaysWhenItIsGone(long available, int minutes, bool lasts, double? exhausted)
    {
        var forecast = UsageForecast.TryMake([10, 10, 10], new ForecastOptions(1, 12))!;

        var outlook = forecast.Outlook(available, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(minutes));

        Assert.Equal((lasts, (double)minutes), (outlook.Lasts, Math.Round(outlook.ExpectedUse, 6)));
        Assert.Equal(exhausted, outlook.ExhaustedIn?.TotalMinutes);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(200_000, 1)]
    public void TryMake_SeasonOrHorizonOutOfRange_Throws(int season, int horizon) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => UsageForecast.TryMake([1, 2, 3], new ForecastOptions(season, horizon)));

    // Office hours over a base, growing by half a percent a day, with noise of 8 % up and down.
    private static double[] Diurnal(int hours, int seed)
    {
        var random = new SeededRandomSource(seed);
        return [.. Enumerable.Range(0, hours).Select(hour =>
        {
            var shape = 2000 + (1500 * Math.Sin((hour % Day - 8) * Math.PI / 12));
            return shape * (1 + (0.005 * hour / Day)) * (0.92 + (0.16 * random.NextDouble()));
        })];
    }
}
