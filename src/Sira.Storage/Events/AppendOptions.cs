using Sira.Storage.Capabilities;

namespace Sira.Storage.Events;

/// <summary>How events are appended.</summary>
/// <param name="Durability">What they survive once the task has ended; <see langword="null"/> for what the engine is set to.</param>
public readonly record struct AppendOptions(StorageDurability? Durability = null);
