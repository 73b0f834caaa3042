using Microsoft.Extensions.AI;
using Sira.Backends;
using Sira.Errors;
using Sira.Models;

namespace Sira.Benchmarks.Support;

/// <summary>A backend with priced models that all end at one leaf.</summary>
internal sealed class BenchmarkBackend(string name, IChatClient leaf) : IBackend
{
    public string Name => name;

    public string Provider => name;

    public IReadOnlyCollection<string> KnownModels => [];

    public string? DefaultModel => null;

    public bool RequiresFinishReason => true;

    public ModelDescriptor GetModel(string modelId) => new(modelId)
    {
        ContextWindow = 128_000,
        MaxOutputTokens = 16_384,
        Pricing = new ModelPricing { Input = 0.25m, Output = 2m, CachedInput = 0.025m },
    };

    public RequestFeatures GetFeatures(string modelId) => RequestFeatures.All;

    public IChatClient GetChatClient(string modelId) => leaf;

    public IEmbeddingGenerator<string, Embedding<float>>? GetEmbeddingGenerator(string modelId) => null;

    public BackendErrorKind? ClassifyException(Exception exception) => null;
}
