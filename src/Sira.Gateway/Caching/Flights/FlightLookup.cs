using Sira.Gateway.Caching.Semantic;
using Sira.Gateway.Caching.Storage;

namespace Sira.Gateway.Caching.Flights;

/// <summary>What was found before a model is asked.</summary>
/// <param name="Entry">The answer, or <see langword="null"/>.</param>
/// <param name="Similarity">How similar its question is, where it is that of another.</param>
/// <param name="Expired">An answer that has expired, or <see langword="null"/>.</param>
/// <param name="Asked">What the semantic index needs to remember the question.</param>
internal readonly record struct FlightLookup(CacheEntry? Entry, double? Similarity, CacheEntry? Expired, SemanticLookupResult Asked);
