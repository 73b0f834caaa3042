using Sira.Models;

namespace Sira.Backends.Catalogue;

/// <summary>Makes descriptors of the catalogue's entries.</summary>
internal static class CatalogueEntryMapper
{
    private const RequestFeatures Media = RequestFeatures.ImageInput | RequestFeatures.AudioInput | RequestFeatures.VideoInput | RequestFeatures.FileInput;

    public static ModelDescriptor Map(CatalogueEntry entry, DateOnly asOf) => new(entry.Id)
    {
        CanonicalId = entry.CanonicalId ?? entry.Id,
        Family = entry.Family,
        ContextWindow = entry.Context,
        MaxOutputTokens = entry.Output,
        Features = entry.Dimensions is null ? MapFeatures(entry) : RequestFeatures.None,
        Reasons = entry.Dimensions is null ? entry.Reasons : false,
        AcceptsPrefill = entry.Prefill,
        Pricing = entry.Prices is { } prices ? MapPrices(prices, asOf) : null,
        EmbeddingDimensions = entry.Dimensions,
        IsEmbedding = entry.Dimensions is not null,
        Quality = entry.Quality,
    };

    // What the file does not deny is left to the wire; media are what it grants.
    private static RequestFeatures MapFeatures(CatalogueEntry entry)
    {
        var features = RequestFeatures.All & ~Media;
        foreach (var input in entry.Inputs)
        {
            features |= input switch
            {
                "image" => RequestFeatures.ImageInput,
                "audio" => RequestFeatures.AudioInput,
                "video" => RequestFeatures.VideoInput,
                "file" => RequestFeatures.FileInput,
                _ => throw new InvalidDataException($"The catalogue's model '{entry.Id}' has the unknown input '{input}'."),
            };
        }

        foreach (var lack in entry.Lacks)
        {
            features &= ~Enum.Parse<RequestFeatures>(lack);
        }

        return features;
    }

    private static ModelPricing MapPrices(CataloguePrices prices, DateOnly asOf) => new()
    {
        Input = prices.Input,
        Output = prices.Output,
        CachedInput = prices.CachedInput,
        CacheWrite = prices.CacheWrite,
        Reasoning = prices.Reasoning,
        Tiers = [.. prices.Tiers.Select(tier => new ModelPricingTier(tier.Above ?? 0, MapPrices(tier, asOf))).OrderBy(static tier => tier.AboveInputTokens)],
        AsOf = asOf,
    };
}
