using Sira.Backends.Catalogue;
using Sira.Models;

namespace Sira.Backends.Tests.Catalogue;

public sealed class BundledModelCatalogueTests
{
    private static readonly string[] Kinds = ["openai", "azure", "anthropic", "gemini", "deepseek", "groq", "mistral", "xai", "openrouter"];

    private readonly BundledModelCatalogue catalogue = new();

    [Fact]
    public void Find_KnownModel_HasItsFacts()
    {
        var model = catalogue.Find("openai", "gpt-5-mini")!;

        Assert.Equal(400_000, model.ContextWindow);
        Assert.Equal(128_000, model.MaxOutputTokens);
        Assert.Equal("gpt", model.Family);
        Assert.True(model.Reasons);
        Assert.Equal(0.25m, model.Pricing!.Input);
        Assert.Equal(2m, model.Pricing.Output);
        Assert.Equal(0.025m, model.Pricing.CachedInput);
        Assert.Null(model.Pricing.CacheWrite);
        Assert.Equal(new DateOnly(2026, 7, 2), model.Pricing.AsOf);
        Assert.True(model.Features.HasFlag(RequestFeatures.ImageInput | RequestFeatures.Tools));
        Assert.False(model.Features.HasFlag(RequestFeatures.AudioInput));
        Assert.False(model.Features.HasFlag(RequestFeatures.Temperature));
    }

    [Theory]
    [InlineData("openai", "gpt-5-mini-2025-08-07", "gpt-5-mini")]
    [InlineData("anthropic", "claude-haiku-4-5-20251001", "claude-haiku-4-5")]
    [InlineData("anthropic", "claude-sonnet-4-20250514", "claude-sonnet-4-0")]
    [InlineData("gemini", "models/gemini-2.5-pro", "gemini-2.5-pro")]
    [InlineData("groq", "openai/gpt-oss-20b", "gpt-oss-20b")]
    [InlineData("openrouter", "anthropic/claude-haiku-4.5", "claude-haiku-4-5")]
    [InlineData("OpenAI", "gpt-5", "gpt-5")]
    public void Find_DatedPrefixedOrForeignId_KeepsTheIdAndSharesTheCanonicalOne(string provider, string id, string canonical)
    {
        var model = catalogue.Find(provider, id)!;

        Assert.Equal(id, model.Id);
        Assert.Equal(canonical, model.CanonicalId);
    }

    [Theory]
    [InlineData("openai", "gpt-99")]
    [InlineData("openai", "gpt-99-2025-08-07")]
    [InlineData("openai", "-2025-08-07")]
    [InlineData("openai", "")]
    [InlineData("nobody", "gpt-5")]
    [InlineData("openai-compatible", "gpt-5")]
    public void Find_UnknownModel_GivesNothing(string provider, string id)
    {
        Assert.Null(catalogue.Find(provider, id));
    }

    [Fact]
    public void Find_SameModelAtTwoProviders_SharesItsCanonicalId()
    {
        Assert.Equal(catalogue.Find("anthropic", "claude-haiku-4-5")!.CanonicalId, catalogue.Find("azure", "claude-haiku-4-5")!.CanonicalId);
    }

    [Fact]
    public void Find_EmbeddingModel_IsOne()
    {
        var model = catalogue.Find("openai", "text-embedding-3-small")!;

        Assert.True(model.IsEmbedding);
        Assert.Equal(1536, model.EmbeddingDimensions);
        Assert.Null(model.MaxOutputTokens);
    }

    [Fact]
    public void Find_PricesByLength_HaveTheirTiers()
    {
        var tier = Assert.Single(catalogue.Find("gemini", "gemini-2.5-pro")!.Pricing!.Tiers);

        Assert.Equal(200_000, tier.AboveInputTokens);
        Assert.Equal(2.5m, tier.Pricing.Input);
    }

    [Fact]
    public void GetModels_EachProvider_AreWellFormed()
    {
        foreach (var kind in Kinds)
        {
            var models = catalogue.GetModels(kind).Select(id => catalogue.Find(kind, id)!).ToList();
            Assert.NotEmpty(models);
            Assert.All(models, static model =>
            {
                Assert.True(model.ContextWindow > 0);
                Assert.True(model.Pricing is null or { Input: > 0 }, $"{model.Id}: a price of zero is no price");
                Assert.True(model.IsEmbedding == (model.EmbeddingDimensions > 0));
                Assert.Equal(model.Pricing?.Tiers.OrderBy(static tier => tier.AboveInputTokens), model.Pricing?.Tiers);
            });
        }

        Assert.Empty(catalogue.GetModels("nobody"));
    }
}
