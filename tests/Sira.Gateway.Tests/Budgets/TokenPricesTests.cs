using Microsoft.Extensions.AI;
using Sira.Gateway.Budgets;
using Sira.Kernel.Resources;
using Sira.Models;

namespace Sira.Gateway.Tests.Budgets;

public sealed class TokenPricesTests
{
    [Theory]
    [InlineData("0.25", "2", "0.025")]
    [InlineData("3", "15", null)]
    [InlineData("0.000001", "1000", "0")]
    [InlineData("0", "0", null)]
    public void TryReckon_PricesAreWhole_EqualsDecimals(string input, string output, string? cached)
    {
        var pricing = new ModelPricing { Input = Parse(input), Output = Parse(output), CachedInput = cached is null ? null : Parse(cached) };
        var prices = new TokenPrices(pricing);
        foreach (var (read, fromCache, written) in new (long, long, long)[] { (0, 0, 0), (1, 0, 0), (1000, 999, 7), (131_072, 0, 16_384), (int.MaxValue, int.MaxValue, int.MaxValue) })
        {
            var expected = pricing.CostOf(new UsageDetails { InputTokenCount = read, CachedInputTokenCount = fromCache, OutputTokenCount = written });

            Assert.True(prices.TryReckon(read, fromCache, written, out var picoDollars));
            Assert.Equal(expected, Money.ToUsd(picoDollars));
        }
    }

    [Fact]
    public void TryReckon_DecimalsAreNeeded_ReturnsFalse()
    {
        var plain = new ModelPricing { Input = 1m, Output = 2m };
        AssertNot(null);
        AssertNot(plain with { Input = null });
        AssertNot(plain with { Output = null });
        AssertNot(plain with { Input = 0.0000001m });
        AssertNot(plain with { CachedInput = 0.00000015m });
        AssertNot(plain with { Output = 1000.000001m });
        AssertNot(plain with { Output = -1m });
        AssertNot(plain with { Tiers = [new ModelPricingTier(200_000, plain)] });
        AssertNot(plain, input: int.MaxValue + 1L);
        AssertNot(plain, output: int.MaxValue + 1L);
        AssertNot(plain, input: -1);
        AssertNot(plain, input: 1, cached: 2);
        AssertNot(plain, output: -1);

        static void AssertNot(ModelPricing? pricing, long input = 1, long cached = 0, long output = 1) =>
            Assert.False(new TokenPrices(pricing).TryReckon(input, cached, output, out _));
    }

    private static decimal Parse(string price) => decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture);
}
