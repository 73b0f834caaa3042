using Sira.Storage.Capabilities;

namespace Sira.Storage.Writing;

/// <summary>How a value is written.</summary>
/// <param name="Condition">On which condition.</param>
/// <param name="TimeToLive">For how long, from 1 millisecond on; <see langword="null"/> for ever, whatever the value before it had.</param>
/// <param name="Durability">What the write survives once it has returned; <see langword="null"/> for what the engine is set to.</param>
public readonly record struct PutOptions(WriteCondition Condition = default, TimeSpan? TimeToLive = null, StorageDurability? Durability = null);
