namespace Sira.Models;

/// <summary>What is known of one model at one provider. Unknown facts are <see langword="null"/>.</summary>
/// <param name="Id">The id the provider's API takes.</param>
public sealed record ModelDescriptor(string Id)
{
    /// <summary>Gets the id under which the same model is known across providers; deployments that share it are equals for balancing.</summary>
    public string CanonicalId { get; init; } = Id;

    /// <summary>Gets the tokenizer family for estimates, such as <c>gpt</c>, <c>claude</c>, <c>gemini</c>.</summary>
    public string? Family { get; init; }

    /// <summary>Gets the context window in tokens.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>Gets the longest output in tokens.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Gets what the model can take; intersected with what the wire can say.</summary>
    public RequestFeatures Features { get; init; } = RequestFeatures.All;

    /// <summary>Gets whether the model thinks before it answers, so that the first token may be long in coming.</summary>
    public bool? Reasons { get; init; }

    /// <summary>Gets whether the model goes on from the beginning of an answer that is put as the last message (prefill); <see langword="null"/> when that is not known.</summary>
    /// <remarks>Claude does so only while it is not asked to think. Whitespace at the end of the beginning is not sent to Claude, which refuses it: the rest of the answer may begin with that whitespace.</remarks>
    public bool? AcceptsPrefill { get; init; }

    /// <summary>Gets the prices, or <see langword="null"/> when nothing is known.</summary>
    public ModelPricing? Pricing { get; init; }

    /// <summary>Gets the length of the vectors of an embedding model; <see langword="null"/> for chat models.</summary>
    public int? EmbeddingDimensions { get; init; }

    /// <summary>Gets whether this is an embedding model.</summary>
    public bool IsEmbedding { get; init; }

    /// <summary>Gets the quality prior in [0, 1], higher is better.</summary>
    public double? Quality { get; init; }
}
