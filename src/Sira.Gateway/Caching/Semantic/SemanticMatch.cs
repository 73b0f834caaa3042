using Sira.Gateway.Caching.Keys;

namespace Sira.Gateway.Caching.Semantic;

/// <summary>A question that resembles another.</summary>
/// <param name="Key">The key under which its answer is kept.</param>
/// <param name="Similarity">The cosine of the two vectors.</param>
internal readonly record struct SemanticMatch(CacheKey Key, double Similarity);
