namespace Sira.Kernel.Resources.Usage;

/// <summary>As it was a season ago; with a season of one step, as it was last.</summary>
internal sealed class NaiveForecaster(int season) : IForecaster
{
    private readonly double[] last = new double[season];
    private int count;

    public ForecastModel Model => season == 1 ? ForecastModel.Naive : ForecastModel.SeasonalNaive;

    public int Needs => season;

    public void Learn(double value) => last[count++ % season] = value;

    public double Expect(int ahead) => last[(count + ahead - 1) % season];
}
