using Sira.Gateway.Caching.Storage;

namespace Sira.Gateway.Caching.Semantic;

/// <summary>What a semantic lookup found.</summary>
/// <param name="Entry">The answer, or <see langword="null"/>.</param>
/// <param name="Similarity">How similar its question is.</param>
/// <param name="Question">The question asked; <see langword="null"/> when it could not be compared.</param>
/// <param name="Vector">Its vector; <see langword="null"/> likewise.</param>
internal readonly record struct SemanticLookupResult(CacheEntry? Entry, double Similarity, Question? Question, float[]? Vector);
