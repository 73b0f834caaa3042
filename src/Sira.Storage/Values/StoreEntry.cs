namespace Sira.Storage.Values;

/// <summary>A value that was read.</summary>
/// <param name="Value">The bytes; not to be changed.</param>
/// <param name="ETag">Which version it is.</param>
/// <param name="ExpiresAt">When it goes by itself; <see langword="null"/> for never.</param>
public readonly record struct StoreEntry(ReadOnlyMemory<byte> Value, ETag ETag, DateTimeOffset? ExpiresAt = null);
