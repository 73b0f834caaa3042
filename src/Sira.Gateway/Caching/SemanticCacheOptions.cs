namespace Sira.Gateway.Caching;

/// <summary>How questions that only resemble each other share an answer. Everything of a request but the text of its last message must be the same.</summary>
public sealed class SemanticCacheOptions
{
    /// <summary>Gets or sets whether they do.</summary>
    /// <value><see langword="false"/>.</value>
    public bool Enabled { get; set; }

    /// <summary>Gets or sets how similar two questions must be: the cosine of their vectors.</summary>
    /// <value>0.95. Above 0, at most 1.</value>
    public double SimilarityThreshold { get; set; } = 0.95;

    /// <summary>Gets or sets what makes the vectors: the name of an embedding route, or the key of an <c>IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt;</c> of the host.</summary>
    /// <value><see langword="null"/>: the built-in one, which compares words and costs nothing. It finds the same question in other clothes, not a paraphrase.</value>
    public string? EmbeddingGenerator { get; set; }

    /// <summary>Gets or sets how long making a vector may take. What takes longer counts as a miss.</summary>
    /// <value>2 seconds. Positive.</value>
    public TimeSpan EmbeddingTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how many questions are remembered that differ in nothing but their text. Each lookup compares all of them.</summary>
    /// <value>200. At least 1.</value>
    public int MaxEntriesPerPartition { get; set; } = 200;

    /// <summary>Gets or sets how many questions are remembered in all.</summary>
    /// <value>5,000. At least <see cref="MaxEntriesPerPartition"/>.</value>
    public int MaxEntries { get; set; } = 5_000;
}
