using Sira.Models;

namespace Sira.Backends.Catalogue;

/// <summary>Facts about models: capabilities, limits, prices. Register your own before <c>AddSira</c> to replace the bundled one; correct single models with <c>BackendOptions.Models</c>.</summary>
/// <remarks>Implementations are thread-safe, answer from memory and never fail: what is not known is <see langword="null"/>.</remarks>
public interface IModelCatalogue
{
    /// <summary>Finds what is known of a model.</summary>
    /// <param name="provider">The kind of the backend, such as <c>openai</c> or <c>anthropic</c>.</param>
    /// <param name="modelId">The provider's id of the model; a dated one (<c>gpt-5-mini-2025-08-07</c>) is found under its base.</param>
    /// <returns>The facts under exactly this id, or <see langword="null"/>.</returns>
    ModelDescriptor? Find(string provider, string modelId);

    /// <summary>Lists the models that are known of a provider.</summary>
    /// <param name="provider">The kind of the backend.</param>
    /// <returns>Their ids; empty for an unknown provider.</returns>
    IReadOnlyCollection<string> GetModels(string provider);
}
