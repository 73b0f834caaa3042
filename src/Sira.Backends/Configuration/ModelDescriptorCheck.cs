using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;
using Sira.Models;

namespace Sira.Backends.Configuration;

/// <summary>Checks what code says of models by the rules that hold for a file.</summary>
internal static class ModelDescriptorCheck
{
    /// <summary>Adds a mistake for each fact that cannot be.</summary>
    /// <param name="path">Where the model stands.</param>
    /// <param name="id">The id under which it stands.</param>
    /// <param name="model">What is said of it.</param>
    /// <param name="errors">Where mistakes go.</param>
    public static void Check(string path, string id, ModelDescriptor? model, ConfigurationErrors errors)
    {
        if (model is null)
        {
            errors.Add(path, "the description is null.", $"Set options.Models[\"{id}\"] to a ModelDescriptor, or remove it.");
            return;
        }

        if (!string.Equals(model.Id, id, StringComparison.Ordinal))
        {
            // Requests carry the descriptor's id: another model would be asked than the target names.
            errors.Add(At(path, "Id"), $"the description of '{id}' is that of '{model.Id}'.", $"Use one id for both: options.Models[\"{id}\"] = new ModelDescriptor(\"{id}\"). Deployments of one model are told by their CanonicalId.");
        }

        if (string.IsNullOrWhiteSpace(model.CanonicalId))
        {
            errors.Add(At(path, "CanonicalId"), "it is blank.", "Write the id under which the model is known elsewhere, or leave it unset.");
        }

        CheckLimit(At(path, "ContextWindow"), model.ContextWindow, errors);
        CheckLimit(At(path, "MaxOutputTokens"), model.MaxOutputTokens, errors);
        CheckLimit(At(path, "EmbeddingDimensions"), model.EmbeddingDimensions, errors);
        if (model.Quality is { } quality && quality is not (>= 0 and <= 1))
        {
            errors.Add(At(path, "Quality"), FormattableString.Invariant($"'{quality}' is not a quality."), "Write a number from 0 to 1.");
        }

        if (model.Pricing is { } pricing)
        {
            CheckPricing(At(path, "Pricing"), pricing, errors);
        }
    }

    private static void CheckLimit(string path, int? limit, ConfigurationErrors errors)
    {
        if (limit is { } value and < 1)
        {
            errors.Add(path, FormattableString.Invariant($"'{value}' is less than 1."), "Write a whole number of at least 1, or leave it unset where the limit is unknown.");
        }
    }

    private static void CheckPricing(string path, ModelPricing pricing, ConfigurationErrors errors)
    {
        CheckPrice(At(path, "Input"), pricing.Input, errors);
        CheckPrice(At(path, "Output"), pricing.Output, errors);
        CheckPrice(At(path, "CachedInput"), pricing.CachedInput, errors);
        CheckPrice(At(path, "CacheWrite"), pricing.CacheWrite, errors);
        CheckPrice(At(path, "Reasoning"), pricing.Reasoning, errors);
        var above = 0;
        for (var i = 0; i < pricing.Tiers.Count; i++)
        {
            var tier = pricing.Tiers[i];
            var at = FormattableString.Invariant($"{path}:Tiers:{i}");
            if (tier.AboveInputTokens <= above)
            {
                errors.Add(at, FormattableString.Invariant($"its threshold '{tier.AboveInputTokens}' is not above {above}."), "Write positive thresholds in ascending order.");
            }

            above = tier.AboveInputTokens;
            CheckPricing(at, tier.Pricing, errors);
        }
    }

    private static void CheckPrice(string path, decimal? price, ConfigurationErrors errors)
    {
        if (price is { } value and < 0)
        {
            errors.Add(path, FormattableString.Invariant($"'{value}' is negative."), "Write dollars per million tokens, at least 0, or leave it unset where the price is unknown.");
        }
    }

    private static string At(string path, string key) => ConfigurationPath.Combine(path, key);
}
