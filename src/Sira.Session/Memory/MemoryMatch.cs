namespace Sira.Session.Memory;

/// <summary>Something that was found, and why.</summary>
/// <param name="Item">What was found.</param>
/// <param name="Snippet">The part of its text that fits best.</param>
/// <param name="Score">What the results are ordered by: the score by words alone, or, where vectors were searched too, the fused one.</param>
public sealed record MemoryMatch(MemoryItem Item, string Snippet, double Score)
{
    /// <summary>Gets the BM25 score; <see langword="null"/> where it has none of the words.</summary>
    public double? WordScore { get; init; }

    /// <summary>Gets the cosine of its vector and that of the query; <see langword="null"/> where it was not found by it.</summary>
    public double? VectorScore { get; init; }
}
