using Microsoft.Extensions.AI;
using Sira.Models;

namespace Sira.Abstractions.Tests.Models;

public sealed class ModelPricingExtensionsTests
{
    private static readonly ModelPricing Prices = new() { Input = 2m, Output = 10m, CachedInput = 0.5m, CacheWrite = 2.5m };

    [Fact]
    public void CostOf_InputAndOutput_IsPricedPerMillion()
    {
        Assert.Equal(0.007m, Prices.CostOf(Usage(1000, 500)));
    }

    [Fact]
    public void CostOf_CacheReadsAndWrites_HaveTheirPrices()
    {
        var usage = Usage(1000, 0, cached: 600, written: 300);

        Assert.Equal((100 * 2m + 600 * 0.5m + 300 * 2.5m) / 1_000_000m, Prices.CostOf(usage));
    }

    [Fact]
    public void CostOf_CachePricesUnknown_CostAsInput()
    {
        Assert.Equal(0.002m, new ModelPricing { Input = 2m, Output = 10m }.CostOf(Usage(1000, 0, cached: 600, written: 300)));
    }

    [Fact]
    public void CostOf_ReasoningPricedApart_IsTakenOutOfTheOutput()
    {
        Assert.Equal((200 * 10m + 300 * 4m) / 1_000_000m, (Prices with { Reasoning = 4m }).CostOf(Usage(0, 500, reasoning: 300)));
    }

    [Fact]
    public void CostOf_ReasoningWithoutAPriceOfItsOwn_IsOutput()
    {
        Assert.Equal(0.005m, Prices.CostOf(Usage(0, 500, reasoning: 300)));
    }

    [Theory]
    [InlineData(100, 2)]
    [InlineData(101, 3)]
    [InlineData(1001, 4)]
    public void CostOf_Tiers_ApplyToTheWholeRequestAboveTheirThreshold(int input, int price)
    {
        var tiered = Prices with { Tiers = [new(100, new ModelPricing { Input = 3m }), new(1000, new ModelPricing { Input = 4m })] };

        Assert.Equal(input * (decimal)price / 1_000_000m, tiered.CostOf(Usage(input, 0)));
    }

    [Fact]
    public void CostOf_NeededPriceUnknown_IsUnknown()
    {
        Assert.Null(new ModelPricing { Input = 2m }.CostOf(Usage(1000, 500)));
        Assert.Null(new ModelPricing { Output = 2m }.CostOf(Usage(1000, 500)));
        Assert.Null(new ModelPricing().CostOf(Usage(1, 0)));
    }

    [Fact]
    public void CostOf_UnknownPriceOfNothing_DoesNotMatter()
    {
        Assert.Equal(0.002m, new ModelPricing { Input = 2m }.CostOf(Usage(1000, 0)));
    }

    [Fact]
    public void CostOf_NoCountsReported_IsUnknown()
    {
        Assert.Null(Prices.CostOf(new UsageDetails()));
    }

    [Fact]
    public void CostOf_InputOnly_IsEnoughForEmbeddings()
    {
        Assert.Equal(0.002m, Prices.CostOf(new UsageDetails { InputTokenCount = 1000 }));
    }

    [Fact]
    public void CostOf_PartsLargerThanTheWhole_NeverCostLessThanNothing()
    {
        // Azure reports cached tokens beyond the prompt for some models.
        Assert.Equal(24 * 0.5m / 1_000_000m, Prices.CostOf(Usage(24, 0, cached: 161, written: 50)));
        Assert.Equal(0.005m, (Prices with { Reasoning = 10m }).CostOf(Usage(0, 500, reasoning: 9000)));
    }

    private static UsageDetails Usage(long input, long output, long? cached = null, long? written = null, long? reasoning = null)
    {
        var usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, CachedInputTokenCount = cached, ReasoningTokenCount = reasoning };
        if (written is { } count)
        {
            usage.SetCacheWriteInputTokens(count);
        }

        return usage;
    }
}
