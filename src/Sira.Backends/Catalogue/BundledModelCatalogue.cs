using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sira.Models;

namespace Sira.Backends.Catalogue;

/// <summary>The catalogue that comes with Sira: a selection of current models as of the day in its file. Read on first use.</summary>
internal sealed partial class BundledModelCatalogue : IModelCatalogue
{
    private const string ResourceName = "Sira.Backends.Catalogue.models.json";

    private static readonly Lazy<FrozenDictionary<string, FrozenDictionary<string, ModelDescriptor>>> Providers = new(Load);

    /// <inheritdoc />
    public ModelDescriptor? Find(string provider, string modelId)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(modelId);
        if (!Providers.Value.TryGetValue(provider, out var models))
        {
            return null;
        }

        var id = modelId.StartsWith("models/", StringComparison.Ordinal) ? modelId["models/".Length..] : modelId;
        if (models.TryGetValue(id, out var exact))
        {
            return exact with { Id = modelId };
        }

        var dated = Date().Match(id);
        if (!dated.Success)
        {
            return null;
        }

        // Anthropic dates claude-opus-4 and calls its alias claude-opus-4-0.
        var name = id[..dated.Index];
        return models.TryGetValue(name, out var known) || models.TryGetValue(name + "-0", out known) ? known with { Id = modelId } : null;
    }

    /// <inheritdoc />
    public IReadOnlyCollection<string> GetModels(string provider) =>
        Providers.Value.TryGetValue(provider, out var models) ? models.Keys : [];

    // -2025-08-07, or -20250807.
    [GeneratedRegex(@"-20\d{2}(-?)\d{2}\1\d{2}$", RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    private static FrozenDictionary<string, FrozenDictionary<string, ModelDescriptor>> Load()
    {
        using var stream = typeof(BundledModelCatalogue).Assembly.GetManifestResourceStream(ResourceName) ?? throw new InvalidOperationException($"The resource '{ResourceName}' is missing from the assembly.");
        var file = JsonSerializer.Deserialize(stream, CatalogueJsonContext.Default.CatalogueFile) ?? throw new InvalidDataException($"The resource '{ResourceName}' is empty.");
        return file.Providers.ToFrozenDictionary(
            static provider => provider.Key,
            provider => provider.Value.ToFrozenDictionary(static entry => entry.Id, entry => CatalogueEntryMapper.Map(entry, file.AsOf), StringComparer.Ordinal),
            StringComparer.OrdinalIgnoreCase);
    }
}
