namespace Sira.Kernel.Resources.Usage;

/// <summary>The mean of what was, each step weighing less by a factor the longer ago it is.</summary>
internal sealed class EwmaForecaster(double alpha) : IForecaster
{
    private double level = double.NaN;

    public ForecastModel Model => ForecastModel.Ewma;

    public int Needs => 1;

    public void Learn(double value) => level = double.IsNaN(level) ? value : level + (alpha * (value - level));

    public double Expect(int ahead) => level;
}
