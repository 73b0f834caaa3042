namespace Sira.Kernel.Resources.Usage;

/// <summary>Asks a model at every step of the past before it learns it, and compares.</summary>
internal static class Backtest
{
    // Asking for the whole horizon at every step costs the product of both; so many comparisons tell as much.
    private const int MostComparisons = 65_536;

    /// <summary>Runs a model over steps and compares from one of them on.</summary>
    /// <returns>How far it was off; <see langword="null"/> when it needs more steps before the first comparison, or there is none.</returns>
    public static ForecastError? Run(IForecaster model, ReadOnlySpan<double> steps, int from, int horizon)
    {
        if (from >= steps.Length || model.Needs > from)
        {
            return null;
        }

        var (one, all) = (default(Sum), default(Sum));
        var stride = 1 + (int)((long)(steps.Length - from) * Math.Min(horizon, steps.Length - from) / MostComparisons);
        for (var i = 0; i < steps.Length; i++)
        {
            if (i >= from)
            {
                one.Add(model.Expect(1), steps[i]);
                for (var ahead = 1; (i - from) % stride == 0 && ahead <= horizon && i + ahead <= steps.Length; ahead++)
                {
                    all.Add(model.Expect(ahead), steps[i + ahead - 1]);
                }
            }

            model.Learn(steps[i]);
        }

        return new ForecastError(model.Model, one.Mae, one.Mape, all.Mae, all.Mape);
    }

    private struct Sum
    {
        private double absolute;
        private double relative;
        private int count;
        private int relativeCount;

        public readonly double Mae => absolute / count;

        public readonly double Mape => relativeCount == 0 ? double.NaN : relative / relativeCount;

        public void Add(double expected, double came)
        {
            var error = Math.Abs(expected - came);
            absolute += error;
            count++;
            if (came != 0)
            {
                relative += error / Math.Abs(came);
                relativeCount++;
            }
        }
    }
}
