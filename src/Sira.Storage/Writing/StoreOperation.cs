using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Writing;

/// <summary>One write of a batch. Made by the methods of <see cref="StoreBatch"/>.</summary>
public sealed class StoreOperation
{
    internal StoreOperation(StoreOperationKind kind, StoreKey key) => (Kind, Key) = (kind, key);

    /// <summary>Gets what it does.</summary>
    public StoreOperationKind Kind { get; }

    /// <summary>Gets the key of the value or stream.</summary>
    public StoreKey Key { get; }

    /// <summary>Gets on which condition, for values.</summary>
    public WriteCondition Condition { get; internal init; }

    /// <summary>Gets the value, for a put.</summary>
    public ReadOnlyMemory<byte> Value { get; internal init; }

    /// <summary>Gets for how long, for a put; <see langword="null"/> for ever.</summary>
    public TimeSpan? TimeToLive { get; internal init; }

    /// <summary>Gets the version that the stream must have.</summary>
    public ExpectedVersion Expected { get; internal init; }

    /// <summary>Gets the events to append; empty for values.</summary>
    public IReadOnlyList<EventData> Events { get; internal init; } = [];
}
