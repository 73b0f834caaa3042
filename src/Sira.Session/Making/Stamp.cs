using Sira.Storage.Keys;
using Sira.Storage.Values;

namespace Sira.Session.Making;

/// <summary>A record as it was read.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Record">The record.</param>
/// <param name="ETag">Which version of it.</param>
internal sealed record Stamp<T>(StoreKey Key, T Record, ETag ETag);
