using System.Globalization;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Strategies;

/// <summary>Ranks by the expected cost of this request; unknown prices come last, never first.</summary>
/// <remarks>
/// The effective price and not the list's: the input at the share that the target's prompt cache has really served, and the output that it is likely to write where the request sets no limit.
/// Prices are compared exactly; what is measured is rounded before, so that deployments of one price stay equals for the balancer.
/// </remarks>
internal sealed class LowestCostStrategy : IModelStrategy
{
    public string Name => RoutingStrategies.LowestCost;

    public double Score(in StrategyContext candidate) =>
        candidate.Target.EstimatePicoDollars(candidate.InputTokens, candidate.Target.Statistics.PricedCachedShare, candidate.MaxOutputTokens ?? candidate.LikelyOutputTokens) is { } cost
            ? cost / (double)Money.PicoDollarsPerUsd
            : double.PositiveInfinity;

    public string Describe(double score) => double.IsPositiveInfinity(score)
        ? "price unknown, so after every known price"
        : string.Create(CultureInfo.InvariantCulture, $"expected cost ${score:0.########}");
}
