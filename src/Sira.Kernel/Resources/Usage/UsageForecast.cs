namespace Sira.Kernel.Resources.Usage;

/// <summary>What is expected to be used, by which model, and how far each model was off.</summary>
/// <remarks>
/// <para>The later third of the steps is held out: the parameters of the models are chosen on what comes before, and the errors that are reported are those on what is held out, where each model is asked at every step before it learns it.</para>
/// <para>EWMA and Holt-Winters are used only where their error up to the horizon is smaller there than that of both naive forecasts. Otherwise the better naive one is what is returned, and <see cref="BeatsNaive"/> says so.</para>
/// </remarks>
public sealed class UsageForecast
{
    private static readonly double[] Factors = [0.05, 0.1, 0.2, 0.4, 0.7];
    private static readonly double[] Trends = [0, 0.01, 0.05];

    private UsageForecast(ForecastModel model, double[] expected, ForecastError[] errors, bool beatsNaive) =>
        (Model, Expected, Errors, BeatsNaive) = (model, expected, errors, beatsNaive);

    /// <summary>Gets the model that was used.</summary>
    public ForecastModel Model { get; }

    /// <summary>Gets what is expected in each of the next steps; never negative.</summary>
    public IReadOnlyList<double> Expected { get; }

    /// <summary>Gets how far each model was off that could be tried, in the order of <see cref="ForecastModel"/>. Empty when there was too little to compare with.</summary>
    public IReadOnlyList<ForecastError> Errors { get; }

    /// <summary>Gets whether the model is better than a naive one, on what was held out.</summary>
    public bool BeatsNaive { get; }

    /// <summary>Forecasts.</summary>
    /// <param name="steps">What was used in each step so far, the oldest first: <see cref="UsageSeries.ToArray"/>.</param>
    /// <param name="options">What is to be forecast.</param>
    /// <returns>The forecast; <see langword="null"/> when nothing is known yet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Season or horizon are not from 1 to 100,000.</exception>
    public static UsageForecast? TryMake(ReadOnlySpan<double> steps, ForecastOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Season, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Season, 100_000, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Horizon, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Horizon, 100_000, nameof(options));
        if (steps.IsEmpty)
        {
            return null;
        }

        var held = steps.Length - (steps.Length / 3);
        List<(Func<IForecaster> Make, ForecastError Error)> tried = [];
        foreach (var family in Families(options.Season))
        {
            if (Best(family, steps[..held], options.Horizon) is { } make && Backtest.Run(make(), steps, held, options.Horizon) is { } error)
            {
                tried.Add((make, error));
            }
        }

        ForecastError[] errors = [.. tried.Select(static model => model.Error)];
        if (tried.Count == 0)
        {
            return new UsageForecast(ForecastModel.Naive, Expect(static () => new NaiveForecaster(1), steps, options.Horizon), errors, beatsNaive: false);
        }

        var naive = tried.Where(static model => IsNaive(model.Error.Model)).MinBy(static model => model.Error.HorizonMae);
        var best = tried.MinBy(static model => model.Error.HorizonMae);
        var beats = !IsNaive(best.Error.Model) && best.Error.HorizonMae < naive.Error.HorizonMae;
        var used = beats ? best : naive;
        return new UsageForecast(used.Error.Model, Expect(used.Make, steps, options.Horizon), errors, beats);
    }

    /// <summary>Asks whether what is left of a quota lasts until its reset.</summary>
    /// <param name="available">What is left, in the unit of the series.</param>
    /// <param name="step">The length of a step.</param>
    /// <param name="untilReset">The time until the reset. Beyond what was forecast, the mean of the forecast is expected to go on.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">What is left or the time is negative, or the step is not positive.</exception>
    public QuotaOutlook Outlook(long available, TimeSpan step, TimeSpan untilReset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(available);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(untilReset, TimeSpan.Zero);
        double used = 0;
        var elapsed = TimeSpan.Zero;
        TimeSpan? exhausted = null;
        for (var i = 0; elapsed < untilReset; i++)
        {
            // The rest in one go: a reset may be a month away and a step a second.
            var length = i < Expected.Count && step < untilReset - elapsed ? step : untilReset - elapsed;
            var rate = (i < Expected.Count ? Expected[i] : Expected.Average()) / step.Ticks;
            var next = used + (rate * length.Ticks);
            if (exhausted is null && next > available)
            {
                exhausted = elapsed + TimeSpan.FromTicks((long)((available - used) / rate));
            }

            used = next;
            elapsed += length;
        }

        return new QuotaOutlook(exhausted is null, used, exhausted);
    }

    private static bool IsNaive(ForecastModel model) => model is ForecastModel.Naive or ForecastModel.SeasonalNaive;

    private static IEnumerable<Func<IForecaster>[]> Families(int season)
    {
        yield return [static () => new NaiveForecaster(1)];
        if (season > 1)
        {
            yield return [() => new NaiveForecaster(season)];
        }

        yield return [.. Factors.Select(static alpha => (Func<IForecaster>)(() => new EwmaForecaster(alpha)))];
        if (season > 1)
        {
            yield return [.. from alpha in Factors from beta in Trends from gamma in Factors select (Func<IForecaster>)(() => new HoltWintersForecaster(season, alpha, beta, gamma))];
        }
    }

    // On the steps before those that are held out, of which again the later third is compared.
    private static Func<IForecaster>? Best(Func<IForecaster>[] family, ReadOnlySpan<double> steps, int horizon)
    {
        var best = family[0];
        var least = double.PositiveInfinity;
        if (family.Length > 1)
        {
            foreach (var make in family)
            {
                if (Backtest.Run(make(), steps, steps.Length - (steps.Length / 3), horizon) is { } error && error.HorizonMae < least)
                {
                    (best, least) = (make, error.HorizonMae);
                }
            }
        }

        return family.Length == 1 || !double.IsPositiveInfinity(least) ? best : null;
    }

    private static double[] Expect(Func<IForecaster> make, ReadOnlySpan<double> steps, int horizon)
    {
        var model = make();
        foreach (var step in steps)
        {
            model.Learn(step);
        }

        var expected = new double[horizon];
        for (var i = 0; i < horizon; i++)
        {
            expected[i] = model.Expect(i + 1);
        }

        return expected;
    }
}
