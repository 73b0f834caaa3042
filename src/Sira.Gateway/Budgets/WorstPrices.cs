using Sira.Kernel.Resources;
using Sira.Models;

namespace Sira.Gateway.Budgets;

/// <summary>The most that a token of a request can cost, in pico-dollars: the dearest of the prices that may apply to it, cache writes, reasoning and the tiers that its input may reach included.</summary>
/// <param name="Input">Of an input token.</param>
/// <param name="Output">Of an output token.</param>
internal readonly record struct WorstPrices(decimal Input, decimal Output)
{
    private const decimal PicoDollarsPerToken = Money.PicoDollarsPerUsd / 1_000_000m;

    /// <summary>Finds them.</summary>
    /// <param name="pricing">The prices.</param>
    /// <param name="inputTokens">The most input tokens that there can be.</param>
    /// <param name="embeds">Whether there is no output, whose price then may be unknown.</param>
    /// <returns>The prices, or <see langword="null"/> when one is unknown.</returns>
    public static WorstPrices? Of(ModelPricing? pricing, long inputTokens, bool embeds)
    {
        if (pricing is null || Dearest(pricing, embeds) is not { } worst)
        {
            return null;
        }

        foreach (var tier in pricing.Tiers)
        {
            if (inputTokens <= tier.AboveInputTokens)
            {
                continue;
            }

            if (Dearest(tier.Pricing, embeds) is not { } dearest)
            {
                return null;
            }

            worst = new WorstPrices(Math.Max(worst.Input, dearest.Input), Math.Max(worst.Output, dearest.Output));
        }

        return worst;
    }

    /// <summary>Reckons the most that a call can cost.</summary>
    /// <returns>Pico-dollars, rounded up; more than can be counted is the most that can.</returns>
    public long CostOf(long inputTokens, long outputTokens)
    {
        var cost = decimal.Ceiling((inputTokens * Input) + (outputTokens * Output));
        return cost >= long.MaxValue ? long.MaxValue : (long)cost;
    }

    /// <summary>Reckons how many output tokens an amount pays for, beside the input.</summary>
    /// <returns>The tokens; negative when not even the input is paid for.</returns>
    public long OutputFor(long picoDollars, long inputTokens)
    {
        var left = picoDollars - (inputTokens * Input);
        if (left < 0)
        {
            return -1;
        }

        return left >= long.MaxValue * Output ? long.MaxValue : (long)decimal.Floor(left / Output);
    }

    private static WorstPrices? Dearest(ModelPricing pricing, bool embeds) =>
        pricing.Input is { } input && (pricing.Output ?? (embeds ? 0m : null)) is { } output
            ? new WorstPrices(Math.Max(Math.Max(input, pricing.CacheWrite ?? input), pricing.CachedInput ?? input) * PicoDollarsPerToken, Math.Max(output, pricing.Reasoning ?? output) * PicoDollarsPerToken)
            : null;
}
