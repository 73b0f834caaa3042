using System.Collections.Concurrent;
using Sira.Storage.Keys;

namespace Sira.Storage.Engines.Memory;

/// <summary>The values of a partition: found by name without a lock, and in the order of their names under the engine's.</summary>
internal sealed class MemoryPartition
{
    /// <summary>The values. Written to under the engine's lock only.</summary>
    public ConcurrentDictionary<string, MemoryValue> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Their names in order. Under the engine's lock.</summary>
    public SortedSet<string> Names { get; } = new(NameOrder.Instance);
}
