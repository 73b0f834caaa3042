using Microsoft.Extensions.AI;

namespace Sira.Requests;

/// <summary><see cref="ChatOptions"/> that carry the request they belong to through the pipeline. A stage that clones its options keeps it.</summary>
/// <remarks>
/// Callers need this type only to say more than MEAI can: tenant, deadline, budget. Plain options do for everything else.
/// A stage that replaces the options by plain ones loses the reference; the entry in <see cref="ChatOptions.AdditionalProperties"/> under <see cref="RequestContext.PropertyName"/> is then the fallback, and without it a new request begins.
/// </remarks>
public class SiraChatOptions : ChatOptions
{
    /// <summary>Initializes a new instance.</summary>
    public SiraChatOptions()
    {
    }

    /// <summary>Initializes a copy.</summary>
    /// <param name="other">What to copy; may be plain options or <see langword="null"/>.</param>
    public SiraChatOptions(ChatOptions? other)
        : base(other)
    {
        if (other is SiraChatOptions sira)
        {
            Request = sira.Request;
            HeadersTimeout = sira.HeadersTimeout;
            Routing = sira.Routing;
            Cache = sira.Cache;
            AcceptsRestart = sira.AcceptsRestart;
            PromptCacheKey = sira.PromptCacheKey;
        }
    }

    /// <summary>Gets or sets the request that this call belongs to.</summary>
    public RequestContext? Request { get; set; }

    /// <summary>Gets or sets how long a backend may wait for response headers. Set by the gateway for each attempt.</summary>
    public TimeSpan? HeadersTimeout { get; set; }

    /// <summary>Gets or sets how this request is routed, within what its route allows.</summary>
    public RoutingOptions? Routing { get; set; }

    /// <summary>Gets or sets what the response cache may do for this request.</summary>
    public CacheControl? Cache { get; set; }

    /// <summary>Gets or sets whether the consumer of the stream understands <see cref="StreamRestart"/>: a stock consumer would join the discarded and the new text.</summary>
    public bool AcceptsRestart { get; set; }

    /// <summary>Gets or sets the key under which a provider should keep the beginning of the prompt in its cache. Set by the gateway on routes that ask for prompt caching.</summary>
    public string? PromptCacheKey { get; set; }

    /// <inheritdoc />
    public override ChatOptions Clone() => new SiraChatOptions(this);
}
