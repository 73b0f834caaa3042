using Sira.Kernel.Configuration;
using Sira.Models;

namespace Sira.Backends.Configuration;

/// <summary>Reads what a configuration corrects of a model.</summary>
internal static class ModelDescriptorReader
{
    public static ModelDescriptor Apply(ConfigurationReader reader, ModelDescriptor model) => model with
    {
        CanonicalId = reader.TryString("CanonicalId", out var canonical) ? canonical.Trim() : model.CanonicalId,
        Family = reader.TryString("Family", out var family) ? family.Trim() : model.Family,
        ContextWindow = reader.TryInt32("ContextWindow", out var context, minimum: 1) ? context : model.ContextWindow,
        MaxOutputTokens = reader.TryInt32("MaxOutputTokens", out var output, minimum: 1) ? output : model.MaxOutputTokens,
        Reasons = reader.TryBoolean("Reasons", out var reasons) ? reasons : model.Reasons,
        AcceptsPrefill = reader.TryBoolean("AcceptsPrefill", out var prefill) ? prefill : model.AcceptsPrefill,
        IsEmbedding = reader.TryBoolean("IsEmbedding", out var embedding) ? embedding : model.IsEmbedding,
        EmbeddingDimensions = reader.TryInt32("EmbeddingDimensions", out var dimensions, minimum: 1) ? dimensions : model.EmbeddingDimensions,
        Quality = reader.TryDouble("Quality", out var quality, 0, 1) ? quality : model.Quality,
        Features = ReadFeatures(reader, model.Features),
        Pricing = reader.TrySection("Pricing", out var pricing) ? ReadPricing(pricing, model.Pricing ?? new ModelPricing()) : model.Pricing,
    };

    private static RequestFeatures ReadFeatures(ConfigurationReader reader, RequestFeatures features)
    {
        if (!reader.TryStrings("Features", out var names))
        {
            return features;
        }

        features = RequestFeatures.None;
        foreach (var name in names)
        {
            if (Enum.TryParse<RequestFeatures>(name, ignoreCase: true, out var feature) && !char.IsAsciiDigit(name[0]) && name[0] != '-')
            {
                features |= feature;
            }
            else
            {
                reader.Errors.AddUnknownName($"{reader.Section.Path}:Features", "feature", name, Enum.GetNames<RequestFeatures>());
            }
        }

        return features;
    }

    private static ModelPricing ReadPricing(ConfigurationReader reader, ModelPricing pricing)
    {
        var read = pricing with
        {
            Input = reader.TryDecimal("Input", out var input) ? input : pricing.Input,
            Output = reader.TryDecimal("Output", out var output) ? output : pricing.Output,
            CachedInput = reader.TryDecimal("CachedInput", out var cached) ? cached : pricing.CachedInput,
            CacheWrite = reader.TryDecimal("CacheWrite", out var written) ? written : pricing.CacheWrite,
            Reasoning = reader.TryDecimal("Reasoning", out var reasoning) ? reasoning : pricing.Reasoning,
        };
        // Tiers of the catalogue belong to its prices; whoever sets a price of his own means it for every length.
        reader.ReportUnknownKeys();
        return read == pricing ? pricing : read with { Tiers = [], AsOf = null };
    }
}
