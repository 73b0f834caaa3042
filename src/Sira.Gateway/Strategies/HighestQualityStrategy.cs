using System.Globalization;

namespace Sira.Gateway.Strategies;

/// <summary>Ranks by the quality prior of the model, in hundredths: what differs by less than 0.005 from a hundredth is that hundredth. Unknown comes last.</summary>
internal sealed class HighestQualityStrategy : IModelStrategy
{
    private const double Steps = 100;

    public string Name => RoutingStrategies.HighestQuality;

    public double Score(in StrategyContext candidate) =>
        candidate.Target.Model.Quality is { } quality && !double.IsNaN(quality) ? 1 - (Math.Round(quality * Steps) / Steps) : double.PositiveInfinity;

    public string Describe(double score) => double.IsPositiveInfinity(score)
        ? "quality unknown, so after every known quality"
        : string.Create(CultureInfo.InvariantCulture, $"quality {1 - score:0.00}");
}
