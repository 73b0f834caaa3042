using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Writing;

/// <summary>Writes that are made together: all of them or none. Not thread-safe; can be used again.</summary>
/// <remarks>A value, and a stream, may be named once.</remarks>
public sealed class StoreBatch
{
    private readonly List<StoreOperation> operations = [];
    private readonly HashSet<(bool IsStream, StoreKey Key)> keys = [];

    /// <summary>Gets the writes, in the order in which they were added.</summary>
    public IReadOnlyList<StoreOperation> Operations => operations;

    /// <summary>Gets what the writes survive once they have been made; <see langword="null"/> for what the engine is set to.</summary>
    public StorageDurability? Durability { get; init; }

    /// <summary>Writes a value.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">The value. It must not change before the batch has been written.</param>
    /// <param name="condition">On which condition.</param>
    /// <param name="timeToLive">For how long; <see langword="null"/> for ever.</param>
    /// <returns>This batch.</returns>
    /// <exception cref="ArgumentException">The batch has this key already.</exception>
    public StoreBatch Put(StoreKey key, ReadOnlyMemory<byte> value, WriteCondition condition = default, TimeSpan? timeToLive = null) =>
        Add(new StoreOperation(StoreOperationKind.Put, key) { Value = value, Condition = condition, TimeToLive = timeToLive });

    /// <summary>Deletes a value; that there is none is no reason to refuse the batch.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="condition">On which condition.</param>
    /// <returns>This batch.</returns>
    /// <exception cref="ArgumentException">The batch has this key already.</exception>
    public StoreBatch Delete(StoreKey key, WriteCondition condition = default) =>
        Add(new StoreOperation(StoreOperationKind.Delete, key) { Condition = condition });

    /// <summary>Asks that a condition holds, and leaves the value alone.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="condition">The condition.</param>
    /// <returns>This batch.</returns>
    /// <exception cref="ArgumentException">The batch has this key already.</exception>
    public StoreBatch Check(StoreKey key, WriteCondition condition) =>
        Add(new StoreOperation(StoreOperationKind.Check, key) { Condition = condition });

    /// <summary>Appends events to a stream. Engines with <see cref="StorageFeatures.AtomicAppend"/>.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expected">The version that it must have.</param>
    /// <param name="events">The events, at least one. They must not change before the batch has been written.</param>
    /// <returns>This batch.</returns>
    /// <exception cref="ArgumentException">The batch has this stream already.</exception>
    public StoreBatch Append(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return Add(new StoreOperation(StoreOperationKind.Append, stream) { Expected = expected, Events = events });
    }

    private StoreBatch Add(StoreOperation operation)
    {
        if (!keys.Add((operation.Kind is StoreOperationKind.Append, operation.Key)))
        {
            throw new ArgumentException($"The batch has '{operation.Key}' already. Name each value and each stream once.", nameof(operation));
        }

        operations.Add(operation);
        return this;
    }
}
