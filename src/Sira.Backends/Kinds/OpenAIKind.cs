using Sira.Backends.Http;
using Sira.Backends.OpenAIChat;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.OpenAIResponses;

namespace Sira.Backends.Kinds;

/// <summary>A provider of the OpenAI family: whatever its dialect says.</summary>
internal sealed class OpenAIKind(OpenAIDialect dialect) : IBackendKind
{
    public const string ChatApi = "chat";

    public const string ResponsesApi = "responses";

    public string Name => dialect.Name;

    public string Provider => dialect.Provider;

    public Uri? DefaultEndpoint => dialect.DefaultEndpoint;

    public IReadOnlyList<string> KeyVariables => dialect.KeyVariables;

    public string? EndpointVariable => dialect.EndpointVariable;

    public bool RequiresKey => dialect.RequiresKey;

    public AuthScheme Auth => dialect.Auth;

    public string? DefaultModel => dialect.DefaultModel;

    public IReadOnlyList<string> Apis { get; } = dialect.HasResponses ? [ChatApi, ResponsesApi] : [ChatApi];

    public BackendWires CreateWires(in WireSettings settings)
    {
        var models = settings.Models;
        var responses = settings.Api == ResponsesApi;
        // Responses know no deployments in their path.
        var (endpoint, prefix) = OpenAIEndpoint.Resolve(settings.Endpoint, dialect, responses ? null : settings.ApiVersion);
        return new BackendWires
        {
            Chat = responses
                ? new OpenAIResponsesWireFormat(modelId => models(modelId).Reasons ?? false, endpoint.Host, dialect.ResponsesPromptCache)
                : new OpenAIChatWireFormat(dialect, prefix + dialect.ChatPath),
            Features = responses ? OpenAIResponsesWireFormat.Features : dialect.Features,
            Embeddings = dialect.EmbeddingsPath is { } path ? new OpenAIEmbeddingWireFormat(dialect, prefix + path) : null,
            MaximumEmbeddingBatch = dialect.MaximumEmbeddingBatch,
            Endpoint = endpoint,
            Query = settings.ApiVersion is { } version ? $"api-version={Uri.EscapeDataString(version)}" : null,
        };
    }
}
