using Sira.Kernel.Resources;
using Sira.Models;

namespace Sira.Gateway.Budgets;

/// <summary>A model's plain prices as whole pico-dollars per token, where they are whole: then costs are sums of integers.</summary>
/// <remarks>Prices are quoted per million tokens, so one with up to six decimals is whole. Reckoning in decimals instead costs a division for each term, which for a route of a few targets was most of the time that the gateway took (docs/benchmarks.md).</remarks>
internal readonly struct TokenPrices
{
    // Together they keep the sum of three products within a long: 2^31 tokens at 1000 US dollars per million.
    private const long MostTokens = int.MaxValue;
    private const decimal HighestPrice = 1000m;

    private const long NotWhole = -1;
    private const decimal PicoDollarsPerToken = Money.PicoDollarsPerUsd / 1_000_000m;

    private readonly long input;
    private readonly long cachedInput;
    private readonly long output;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="pricing">The prices. With tiers, without one of the plain prices or with fractions there is nothing to reckon with in integers.</param>
    public TokenPrices(ModelPricing? pricing)
    {
        (input, cachedInput, output) = pricing is { Tiers.Count: 0 }
            ? (ToWhole(pricing.Input), ToWhole(pricing.CachedInput ?? pricing.Input), ToWhole(pricing.Output))
            : (NotWhole, NotWhole, NotWhole);
    }

    /// <summary>Reckons a cost, exactly.</summary>
    /// <param name="inputTokens">The input tokens, those from the cache included.</param>
    /// <param name="cachedTokens">The input tokens from the cache, at most as many.</param>
    /// <param name="outputTokens">The output tokens.</param>
    /// <param name="picoDollars">The cost.</param>
    /// <returns>Whether it can be reckoned so; otherwise it takes decimals.</returns>
    public bool TryReckon(long inputTokens, long cachedTokens, long outputTokens, out long picoDollars)
    {
        if ((input | cachedInput | output) < 0 || (ulong)inputTokens > MostTokens || (ulong)cachedTokens > (ulong)inputTokens || (ulong)outputTokens > MostTokens)
        {
            picoDollars = 0;
            return false;
        }

        picoDollars = ((inputTokens - cachedTokens) * input) + (cachedTokens * cachedInput) + (outputTokens * output);
        return true;
    }

    private static long ToWhole(decimal? price)
    {
        if (price is not (>= 0 and <= HighestPrice))
        {
            return NotWhole;
        }

        var picoDollars = price.Value * PicoDollarsPerToken;
        return decimal.IsInteger(picoDollars) ? (long)picoDollars : NotWhole;
    }
}
