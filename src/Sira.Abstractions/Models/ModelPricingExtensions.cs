using Microsoft.Extensions.AI;

namespace Sira.Models;

/// <summary>Works out what usage costs.</summary>
public static class ModelPricingExtensions
{
    private const decimal TokensPerPrice = 1_000_000m;

    /// <summary>Returns what the usage costs at these prices.</summary>
    /// <param name="pricing">The prices.</param>
    /// <param name="usage">The usage, filled as <see cref="UsageCounts"/> says.</param>
    /// <returns>US dollars, or <see langword="null"/> when a price that is needed is unknown, or no count was reported.</returns>
    public static decimal? CostOf(this ModelPricing pricing, UsageDetails usage)
    {
        ArgumentNullException.ThrowIfNull(pricing);
        ArgumentNullException.ThrowIfNull(usage);
        if (usage.InputTokenCount is null && usage.OutputTokenCount is null)
        {
            return null;
        }

        var input = usage.InputTokenCount ?? 0;
        var prices = pricing.At(input);
        var cached = Math.Min(usage.CachedInputTokenCount ?? 0, input);
        var written = Math.Min(usage.GetCacheWriteInputTokens() ?? 0, input - cached);
        var output = usage.OutputTokenCount ?? 0;
        var reasoning = prices.Reasoning is null ? 0 : Math.Min(usage.ReasoningTokenCount ?? 0, output);
        return Part(input - cached - written, prices.Input)
            + Part(cached, prices.CachedInput ?? prices.Input)
            + Part(written, prices.CacheWrite ?? prices.Input)
            + Part(output - reasoning, prices.Output)
            + Part(reasoning, prices.Reasoning);
    }

    /// <summary>Returns the prices that hold for an input of some length.</summary>
    /// <param name="pricing">The prices.</param>
    /// <param name="inputTokens">The input tokens.</param>
    /// <returns>The prices themselves, or those of the highest tier that the input reaches.</returns>
    public static ModelPricing At(this ModelPricing pricing, long inputTokens)
    {
        ArgumentNullException.ThrowIfNull(pricing);
        var prices = pricing;
        foreach (var tier in pricing.Tiers)
        {
            if (inputTokens > tier.AboveInputTokens)
            {
                prices = tier.Pricing;
            }
        }

        return prices;
    }

    // Nothing used costs nothing, whatever the price is.
    private static decimal? Part(long tokens, decimal? price) => tokens == 0 ? 0m : tokens * price / TokensPerPrice;
}
