using Microsoft.Extensions.AI;
using Sira.Backends.Configuration;
using Sira.Models;

namespace Sira.Backends;

/// <summary>A backend that is any <see cref="IChatClient"/>: an official SDK's, a local model, a test's.</summary>
/// <remarks>It does not keep its definition: the factories in it may be a plugin's, and whoever keeps an answer keeps the backend that the decision names.</remarks>
internal sealed class CustomBackend : IBackend, IDisposable
{
    /// <summary>What the model is called of a client that does not say: the client's own choice.</summary>
    public const string OwnModel = "default";

    private readonly IChatClient? client;
    private readonly IEmbeddingGenerator<string, Embedding<float>>? generator;
    private readonly BackendModels models;
    private readonly ModelCache<IChatClient> clients;

    public CustomBackend(IChatClient? client, IEmbeddingGenerator<string, Embedding<float>>? generator, BackendModels models, BackendDefinition definition)
    {
        (this.client, this.generator, this.models, Name) = (client, generator, models, definition.Name);
        Provider = client?.GetService<ChatClientMetadata>()?.ProviderName ?? Name;
        DefaultModel = client is null ? null : definition.DefaultModel ?? client.GetService<ChatClientMetadata>()?.DefaultModelId ?? OwnModel;
        (RequiresFinishReason, Tags) = (definition.RequiresFinishReason, definition.Tags);
        clients = new(MakeClient);
    }

    public string Name { get; }

    public string Provider { get; }

    public IReadOnlyCollection<string> KnownModels => models.Known;

    public string? DefaultModel { get; }

    public bool RequiresFinishReason { get; }

    public IReadOnlyDictionary<string, string> Tags { get; }

    public ModelDescriptor GetModel(string modelId) => models.Get(modelId);

    public RequestFeatures GetFeatures(string modelId) => models.Get(modelId).Features;

    public IChatClient GetChatClient(string modelId) => clients.Get(modelId);

    public IEmbeddingGenerator<string, Embedding<float>>? GetEmbeddingGenerator(string modelId) => generator;

    public void Dispose()
    {
        client?.Dispose();
        generator?.Dispose();
    }

    private ModelChatClient MakeClient(string modelId) => client is null
        ? throw new InvalidOperationException($"The backend '{Name}' has no chat client; it was added with an embedding generator only.")
        : new ModelChatClient(client, modelId == OwnModel ? null : modelId);
}
