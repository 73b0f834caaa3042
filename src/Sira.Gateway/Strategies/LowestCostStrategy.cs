using System.Globalization;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Strategies;

/// <summary>Ranks by the expected cost of this request; unknown prices come last, never first.</summary>
internal sealed class LowestCostStrategy : IRoutingStrategy
{
    public string Name => RoutingStrategies.LowestCost;

    public double Score(in StrategyContext candidate) =>
        candidate.Target.EstimatePicoDollars(candidate.InputTokens, candidate.OutputTokens) is { } cost ? cost / (double)Money.PicoDollarsPerUsd : double.PositiveInfinity;

    public string Describe(double score) => double.IsPositiveInfinity(score)
        ? "price unknown, so after every known price"
        : string.Create(CultureInfo.InvariantCulture, $"expected cost ${score:0.########}");
}
