namespace Sira.Simulation;

/// <summary>How a simulated provider is made.</summary>
public sealed class SimulatedProviderOptions
{
    /// <summary>Gets or sets the seed of ids, signatures and the draws of probable faults. Equal seeds and equal requests give equal answers.</summary>
    /// <value>Default 0.</value>
    public int Seed { get; set; }

    /// <summary>Gets or sets the clock: delays wait on it, answers carry its time.</summary>
    /// <value>Default <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets the models that <c>GET …/models</c> lists. Requests for other models are answered all the same, unless <see cref="RejectUnknownModels"/> is set.</summary>
    /// <value>Default <c>simulated-model</c>.</value>
    public IList<string> Models { get; } = ["simulated-model"];

    /// <summary>Gets or sets whether a request for a model that is not in <see cref="Models"/> gets the provider's "model not found".</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool RejectUnknownModels { get; set; }

    /// <summary>Gets or sets the member under which thoughts are sent on the OpenAI chat wire, such as DeepSeek's <c>reasoning_content</c> or OpenRouter's <c>reasoning</c>.</summary>
    /// <value>Default <see langword="null"/>: not at all, as OpenAI does.</value>
    public string? ReasoningField { get; set; }

    /// <summary>Gets or sets the number of dimensions of embeddings that ask for none.</summary>
    /// <value>Default <see langword="null"/>: 3072 for <c>text-embedding-3-large</c> and Gemini's, 1536 for others.</value>
    public int? EmbeddingDimensions { get; set; }

    /// <summary>Gets or sets how many requests are remembered; the oldest are forgotten first.</summary>
    /// <value>Default 10,000.</value>
    public int MaximumRecordedRequests { get; set; } = 10_000;

    internal int DimensionsOf(string model) =>
        EmbeddingDimensions ?? (model.Contains("3-large", StringComparison.Ordinal) || model.Contains("gemini", StringComparison.Ordinal) ? 3072 : 1536);
}
