using Sira.Storage.Values;

namespace Sira.Storage.Layers;

/// <summary>A value, and where it came from.</summary>
/// <param name="Entry">The value; <see langword="null"/> if there is none.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Age">How long ago the engine below began to read it; zero for a value that was not in the cache.</param>
public readonly record struct LayeredRead(StoreEntry? Entry, ReadSource Source, TimeSpan Age);
