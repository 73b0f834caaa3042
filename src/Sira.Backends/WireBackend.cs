using Microsoft.Extensions.AI;
using Sira.Backends.Configuration;
using Sira.Backends.Http;
using Sira.Backends.Keys;
using Sira.Backends.Kinds;
using Sira.Models;

namespace Sira.Backends;

/// <summary>A backend that is reached over HTTP with one of Sira's wires.</summary>
internal sealed class WireBackend(BackendConnection connection, BackendWires wires, BackendModels models, BackendDefinition definition) : IBackend
{
    private readonly ModelCache<IChatClient> clients = new(modelId => new WireChatClient(new WireTransport(connection, modelId), wires.Chat));
    private readonly ModelCache<IEmbeddingGenerator<string, Embedding<float>>?> generators = new(modelId => wires.Embeddings is { } format
        ? new WireEmbeddingGenerator(new WireTransport(connection, modelId), format, wires.MaximumEmbeddingBatch, models.Get(modelId).EmbeddingDimensions)
        : null);

    public string Name => connection.Backend;

    public string Provider => connection.Provider;

    public IReadOnlyCollection<string> KnownModels => models.Known;

    public string? DefaultModel => definition.DefaultModel;

    public bool RequiresFinishReason => connection.RequiresFinishReason;

    public IReadOnlyDictionary<string, string> Tags => definition.Tags;

    public IReadOnlyList<KeyStatus> Keys => connection.Keys.GetStatus();

    /// <summary>Gets the keys themselves.</summary>
    public KeyPool Pool => connection.Keys;

    public ModelDescriptor GetModel(string modelId) => models.Get(modelId);

    public RequestFeatures GetFeatures(string modelId) => wires.Features & models.Get(modelId).Features;

    public IChatClient GetChatClient(string modelId) => clients.Get(modelId);

    public IEmbeddingGenerator<string, Embedding<float>>? GetEmbeddingGenerator(string modelId) => generators.Get(modelId);

    public RateLimitStatus? GetRateLimits(string modelId) => connection.RateLimits.Find(modelId);

    public override string ToString() => $"{Name} ({connection.Endpoint})";
}
