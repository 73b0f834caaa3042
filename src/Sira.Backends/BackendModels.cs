using Sira.Backends.Catalogue;
using Sira.Models;

namespace Sira.Backends;

/// <summary>What one backend knows of its models: its own configuration first, then the catalogue.</summary>
internal sealed class BackendModels(string kind, IReadOnlyDictionary<string, ModelDescriptor> configured, IModelCatalogue catalogue)
{
    private readonly ModelCache<ModelDescriptor> cache = new(modelId =>
        configured.TryGetValue(modelId, out var own) ? own : catalogue.Find(kind, modelId) ?? new ModelDescriptor(modelId));

    /// <summary>Gets the ids of the models that are known.</summary>
    public IReadOnlyCollection<string> Known { get; } = [.. configured.Keys.Union(catalogue.GetModels(kind), StringComparer.Ordinal)];

    /// <summary>Describes a model; an unknown one with unknown facts.</summary>
    public ModelDescriptor Get(string modelId) => cache.Get(modelId);
}
