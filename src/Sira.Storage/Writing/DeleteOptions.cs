using Sira.Storage.Capabilities;

namespace Sira.Storage.Writing;

/// <summary>How a value is deleted.</summary>
/// <param name="Condition">On which condition.</param>
/// <param name="Durability">What the deletion survives once it has returned; <see langword="null"/> for what the engine is set to.</param>
public readonly record struct DeleteOptions(WriteCondition Condition = default, StorageDurability? Durability = null);
