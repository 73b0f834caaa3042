namespace Sira.Kernel.Resources.Usage;

/// <summary>Level, damped trend and additive season by exponential smoothing (Holt 1957, Winters 1960; damping: Gardner and McKenzie 1985). Begins with the means of the first two seasons.</summary>
internal sealed class HoltWintersForecaster(int season, double alpha, double beta, double gamma) : IForecaster
{
    // Undamped, the trend of a night's last steps would run through the whole day.
    private const double Damping = 0.98;

    private readonly double[] first = new double[2 * season];
    private readonly double[] seasonal = new double[season];
    private double level;
    private double trend;
    private int count;

    public ForecastModel Model => ForecastModel.HoltWinters;

    public int Needs => 2 * season;

    public void Learn(double value)
    {
        if (count < first.Length)
        {
            first[count++] = value;
            if (count == first.Length)
            {
                Begin();
            }

            return;
        }

        ref var factor = ref seasonal[count++ % season];
        var previous = level;
        level = (alpha * (value - factor)) + ((1 - alpha) * (level + (Damping * trend)));
        trend = (beta * (level - previous)) + ((1 - beta) * Damping * trend);
        factor = (gamma * (value - level)) + ((1 - gamma) * factor);
    }

    public double Expect(int ahead)
    {
        var damped = trend * Damping * (1 - Math.Pow(Damping, ahead)) / (1 - Damping);

        // Nobody uses less than nothing.
        return Math.Max(0, level + damped + seasonal[(count + ahead - 1) % season]);
    }

    private void Begin()
    {
        var early = first.AsSpan(0, season);
        var late = first.AsSpan(season);
        var (earlyMean, lateMean) = (Mean(early), Mean(late));
        for (var i = 0; i < season; i++)
        {
            seasonal[i] = (early[i] - earlyMean + late[i] - lateMean) / 2;
        }

        level = lateMean;
        trend = (lateMean - earlyMean) / season;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
