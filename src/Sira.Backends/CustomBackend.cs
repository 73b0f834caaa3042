using Microsoft.Extensions.AI;
using Sira.Backends.Configuration;
using Sira.Models;

namespace Sira.Backends;

/// <summary>A backend that is any <see cref="IChatClient"/>: an official SDK's, a local model, a test's.</summary>
internal sealed class CustomBackend(IChatClient? client, IEmbeddingGenerator<string, Embedding<float>>? generator, BackendModels models, BackendDefinition definition) : IBackend, IDisposable
{
    /// <summary>What the model is called of a client that does not say: the client's own choice.</summary>
    public const string OwnModel = "default";

    private readonly ModelCache<IChatClient> clients = new(modelId => client is null
        ? throw new InvalidOperationException($"The backend '{definition.Name}' has no chat client; it was added with an embedding generator only.")
        : new ModelChatClient(client, modelId == OwnModel ? null : modelId));

    public string Name => definition.Name;

    public string Provider { get; } = client?.GetService<ChatClientMetadata>()?.ProviderName ?? definition.Name;

    public IReadOnlyCollection<string> KnownModels => models.Known;

    public string? DefaultModel { get; } = client is null ? null : definition.DefaultModel ?? client.GetService<ChatClientMetadata>()?.DefaultModelId ?? OwnModel;

    public bool RequiresFinishReason => definition.RequiresFinishReason;

    public IReadOnlyDictionary<string, string> Tags => definition.Tags;

    public ModelDescriptor GetModel(string modelId) => models.Get(modelId);

    public RequestFeatures GetFeatures(string modelId) => models.Get(modelId).Features;

    public IChatClient GetChatClient(string modelId) => clients.Get(modelId);

    public IEmbeddingGenerator<string, Embedding<float>>? GetEmbeddingGenerator(string modelId) => generator;

    public void Dispose()
    {
        client?.Dispose();
        generator?.Dispose();
    }
}
