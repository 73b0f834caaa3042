namespace Sira.Session.Memory.Segments;

/// <summary>An item as it is kept.</summary>
/// <param name="Item">The item.</param>
/// <param name="Vector">Its vector, of length 1; <see langword="null"/> for none.</param>
internal readonly record struct MemoryEntry(MemoryItem Item, float[]? Vector);
