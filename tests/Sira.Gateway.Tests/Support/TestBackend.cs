using Microsoft.Extensions.AI;
using Sira.Backends;
using Sira.Errors;
using Sira.Models;
using Sira.Testing;

namespace Sira.Gateway.Tests.Support;

/// <summary>A backend whose models are scripted.</summary>
internal sealed class TestBackend(string name) : IBackend
{
    private readonly Dictionary<string, ScriptedChatClient> clients = [];
    private readonly Dictionary<string, ModelDescriptor> models = [];

    public string Name => name;

    public string Provider => name;

    public IReadOnlyCollection<string> KnownModels => models.Keys;

    public string? DefaultModel { get; set; }

    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>();

    public bool RequiresFinishReason { get; set; } = true;

    public RequestFeatures Features { get; set; } = RequestFeatures.All;

    public Func<Exception, BackendErrorKind?>? Classifier { get; set; }

    public IEmbeddingGenerator<string, Embedding<float>>? Embeddings { get; set; }

    /// <summary>The client of all models, instead of scripted ones.</summary>
    public IChatClient? Client { get; set; }

    /// <summary>Clients that take the place of scripted ones.</summary>
    public Dictionary<string, IChatClient> Own { get; } = [];

    public ScriptedChatClient this[string modelId]
    {
        get
        {
            if (!clients.TryGetValue(modelId, out var client))
            {
                clients.Add(modelId, client = new ScriptedChatClient());
                models.TryAdd(modelId, new ModelDescriptor(modelId));
            }

            return client;
        }
    }

    public TestBackend With(ModelDescriptor model)
    {
        models[model.Id] = model;
        return this;
    }

    public ModelDescriptor GetModel(string modelId) => models.TryGetValue(modelId, out var model) ? model : new ModelDescriptor(modelId);

    public RequestFeatures GetFeatures(string modelId) => Features & GetModel(modelId).Features;

    public IChatClient GetChatClient(string modelId) => Own.TryGetValue(modelId, out var own) ? own : Client ?? this[modelId];

    public IEmbeddingGenerator<string, Embedding<float>>? GetEmbeddingGenerator(string modelId) => Embeddings;

    /// <summary>What the provider said of its rate limits, by model.</summary>
    public Dictionary<string, RateLimitStatus> RateLimits { get; } = [];

    public RateLimitStatus? GetRateLimits(string modelId) => RateLimits.GetValueOrDefault(modelId);

    public BackendErrorKind? ClassifyException(Exception exception) => Classifier?.Invoke(exception);
}
