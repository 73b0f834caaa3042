using Sira.Storage.Events;

namespace Sira.Storage.Engines.Memory;

/// <summary>A stream. Under the engine's lock.</summary>
internal sealed class MemoryLog
{
    /// <summary>The events that are left.</summary>
    public List<StoredEvent> Events { get; } = [];

    /// <summary>The number of the last event.</summary>
    public long Version { get; set; }

    /// <summary>The index of the first event behind a version.</summary>
    public int IndexAfter(long version) => (int)Math.Clamp(version - (Version - Events.Count), 0, Events.Count);
}
