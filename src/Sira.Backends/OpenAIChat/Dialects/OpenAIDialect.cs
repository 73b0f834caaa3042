using Microsoft.Extensions.AI;
using Sira.Backends.Http;
using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>How one provider differs from OpenAI in what calls itself OpenAI-compatible. Data only: a new provider is a new record, not a new class.</summary>
/// <remarks>The defaults are what nearly every compatible server accepts. Register your own with <c>sira.AddDialect(…)</c>.</remarks>
/// <param name="Name">The name; a backend of this kind names it as its <c>Kind</c>.</param>
public sealed record OpenAIDialect(string Name)
{
    /// <summary>Gets the provider's name in OpenTelemetry's <c>gen_ai.provider.name</c>.</summary>
    /// <value>Default: the dialect's name.</value>
    public string Provider { get; init; } = Name;

    /// <summary>Gets the public address, or <see langword="null"/> when every user has his own.</summary>
    public Uri? DefaultEndpoint { get; init; }

    /// <summary>Gets the environment variables that may hold the key, the first that is set counts.</summary>
    public IReadOnlyList<string> KeyVariables { get; init; } = [];

    /// <summary>Gets the environment variable that may hold the address.</summary>
    public string? EndpointVariable { get; init; }

    /// <summary>Gets whether a backend without a key is a mistake.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool RequiresKey { get; init; } = true;

    /// <summary>Gets the model that a route without configuration uses.</summary>
    public string? DefaultModel { get; init; }

    /// <summary>Gets how the key is presented.</summary>
    /// <value>Default <see cref="AuthScheme.Bearer"/>.</value>
    public AuthScheme Auth { get; init; } = AuthScheme.Bearer;

    /// <summary>Gets the path that is added to an address without one, such as <c>v1</c>.</summary>
    public string? BasePath { get; init; }

    /// <summary>Gets the path used instead of <see cref="BasePath"/> when an API version is configured, <c>{model}</c> standing for the model: Azure's <c>openai/deployments/{model}</c>.</summary>
    public string? VersionedBasePath { get; init; }

    /// <summary>Gets the path of chat completions.</summary>
    /// <value>Default <c>chat/completions</c>.</value>
    public string ChatPath { get; init; } = "chat/completions";

    /// <summary>Gets whether the provider speaks the responses API too, chosen by <c>Api = "responses"</c>.</summary>
    public bool HasResponses { get; init; }

    /// <summary>Gets the path of embeddings, or <see langword="null"/> when there are none.</summary>
    /// <value>Default <c>embeddings</c>.</value>
    public string? EmbeddingsPath { get; init; } = "embeddings";

    /// <summary>Gets how many texts one call may embed.</summary>
    /// <value>Default 2048, OpenAI's limit.</value>
    public int MaximumEmbeddingBatch { get; init; } = 2048;

    /// <summary>Gets the value of <c>encoding_format</c>; <see langword="null"/> leaves it out. Base64 is a third of the size of decimal digits.</summary>
    public string? EmbeddingEncoding { get; init; }

    /// <summary>Gets the member for the length of vectors, or <see langword="null"/> when it cannot be chosen.</summary>
    /// <value>Default <c>dimensions</c>.</value>
    public string? EmbeddingDimensionsMember { get; init; } = "dimensions";

    /// <summary>Gets the member for <see cref="ChatOptions.MaxOutputTokens"/>.</summary>
    /// <value>Default <c>max_tokens</c>.</value>
    public string MaxTokensMember { get; init; } = "max_tokens";

    /// <summary>Gets the member for <see cref="ChatOptions.Seed"/>.</summary>
    /// <value>Default <c>seed</c>.</value>
    public string SeedMember { get; init; } = "seed";

    /// <summary>Gets the role of system messages.</summary>
    /// <value>Default <c>system</c>.</value>
    public string SystemRole { get; init; } = "system";

    /// <summary>Gets whether a stream is asked for its usage by <c>stream_options</c>.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool StreamOptions { get; init; } = true;

    /// <summary>Gets whether messages may carry the author's <c>name</c>.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool AuthorNames { get; init; } = true;

    /// <summary>Gets whether a last message of the assistant, the beginning of an answer that the model shall go on from, must be marked by <c>prefix</c>.</summary>
    public bool MarksPrefix { get; init; }

    /// <summary>Gets the member of a chat request that names the cache of the prompt's beginning, such as <c>prompt_cache_key</c>; <see langword="null"/> when the provider knows none.</summary>
    public string? PromptCacheMember { get; init; }

    /// <summary>Gets the header that does so instead of a member, such as xAI's <c>x-grok-conv-id</c>.</summary>
    public string? PromptCacheHeader { get; init; }

    /// <summary>Gets whether requests of the responses API may carry <c>prompt_cache_key</c>.</summary>
    public bool ResponsesPromptCache { get; init; }

    /// <summary>Gets whether content parts may carry <c>cache_control</c>.</summary>
    public bool CacheControl { get; init; }

    /// <summary>Gets whether a tool's result may hold images besides text.</summary>
    public bool MediaInToolResults { get; init; }

    /// <summary>Gets the <c>tool_choice</c> that demands any tool.</summary>
    /// <value>Default <c>required</c>.</value>
    public string RequiredToolChoice { get; init; } = "required";

    /// <summary>Gets which ids of tool calls are taken.</summary>
    /// <value>Default <see cref="ToolCallIds.UpTo40Characters"/>, OpenAI's limit.</value>
    public ToolCallIds ToolCallIds { get; init; }

    /// <summary>Gets whether an assistant's message may carry a <c>refusal</c>; otherwise the refusal is sent back as what the assistant said.</summary>
    public bool Refusals { get; init; }

    /// <summary>Gets how documents are attached.</summary>
    /// <value>Default <see cref="FileParts.File"/>.</value>
    public FileParts Files { get; init; }

    /// <summary>Gets whether documents may be attached by their address; otherwise only as data or as the id of an uploaded file.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool FileAddresses { get; init; } = true;

    /// <summary>Gets how the provider's web search is switched on.</summary>
    public WebSearchRequest WebSearch { get; init; }

    /// <summary>Gets how <see cref="ChatOptions.Reasoning"/> is asked for.</summary>
    /// <value>Default <see cref="ReasoningRequest.Effort"/>.</value>
    public ReasoningRequest Reasoning { get; init; }

    /// <summary>Gets the provider's words for efforts, lowest first: none, low, medium, high, extra high; an effort that it lacks names the nearest.</summary>
    /// <value>Default <c>none, low, medium, high, xhigh</c>.</value>
    public IReadOnlyList<string> ReasoningEfforts { get; init; } = ["none", "low", "medium", "high", "xhigh"];

    /// <summary>Gets the members of a message that may hold reasoning as text, in order of preference.</summary>
    /// <value>Default <c>reasoning_content, reasoning</c>.</value>
    public IReadOnlyList<string> ReasoningMembers { get; init; } = ["reasoning_content", "reasoning"];

    /// <summary>Gets how earlier reasoning is sent back.</summary>
    /// <value>Default <see cref="ReasoningHistory.None"/>: it is not.</value>
    public ReasoningHistory ReasoningHistory { get; init; }

    /// <summary>Gets what the wire can say to this provider. What a model can take is the catalogue's business.</summary>
    /// <value>Default <see cref="OpenAIDialects.CommonFeatures"/>.</value>
    public RequestFeatures Features { get; init; } = OpenAIDialects.CommonFeatures;
}
