using Microsoft.Extensions.AI;
using Sira.Models;

namespace Sira.Backends.Configuration;

/// <summary>One backend, as code or the section <c>Sira:Backends:{name}</c> describes it.</summary>
public sealed class BackendOptions
{
    /// <summary>Gets or sets the kind: a dialect such as <c>openai</c>, <c>azure</c>, <c>openai-compatible</c>, or <c>anthropic</c>, <c>gemini</c>, <c>custom</c>.</summary>
    /// <value>Default: the backend's own name when that is a kind.</value>
    public string? Kind { get; set; }

    /// <summary>Gets or sets the address, with the version segment: <c>https://api.openai.com/v1</c>.</summary>
    /// <value>Default: the kind's public address.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>Gets the API keys; with several, they are rotated.</summary>
    /// <value>Default: the kind's environment variable, such as <c>OPENAI_API_KEY</c>.</value>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>Gets or sets which of the wires a kind has is spoken: <c>chat</c> or <c>responses</c> for the OpenAI family.</summary>
    /// <value>Default: the kind's first, <c>chat</c> for the OpenAI family.</value>
    public string? Api { get; set; }

    /// <summary>Gets or sets the API version, for kinds that have one in the query or a header.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Gets headers to send with every request.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets what routing may ask of the place where it computes, such as <c>region</c> = <c>eu</c> or <c>data</c> = <c>no-training</c>; names and values ignore case.</summary>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets whether an answer without a finish reason counts as truncated.</summary>
    /// <value>Default <see langword="true"/>; <see langword="false"/> for a <c>custom</c> backend, since many clients never tell.</value>
    public bool RequireFinishReason { get; set; } = true;

    /// <summary>Gets or sets how long making a connection may take. Taken over when the backend makes its first call; a later change needs a restart.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the largest answer that is read, in bytes.</summary>
    /// <value>Default 64 MiB.</value>
    public long MaximumResponseBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Gets or sets the model that a route made without configuration uses.</summary>
    /// <value>Default: the kind's usual model; for kinds that serve whatever the user runs, none.</value>
    public string? DefaultModel { get; set; }

    /// <summary>Gets facts about models that the catalogue lacks or has wrong, by model id.</summary>
    public IDictionary<string, ModelDescriptor> Models { get; } = new Dictionary<string, ModelDescriptor>(StringComparer.Ordinal);

    /// <summary>Gets or sets what makes the client of a <c>custom</c> backend.</summary>
    public Func<IServiceProvider, IChatClient>? ChatClientFactory { get; set; }

    /// <summary>Gets or sets what makes the embedding generator of a <c>custom</c> backend.</summary>
    public Func<IServiceProvider, IEmbeddingGenerator<string, Embedding<float>>>? EmbeddingGeneratorFactory { get; set; }
}
