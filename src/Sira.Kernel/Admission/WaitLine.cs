using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission;

/// <summary>Those who wait for one pool, in the order in which they are served. An entry stands in one line at a time: that of the pool which refused it last.</summary>
/// <remarks>Changed in the waiting room only.</remarks>
internal sealed class WaitLine(ResourcePool pool)
{
    private readonly SortedSet<WaitingEntry> entries = new(WaitingOrder.Instance);
    private int count;

    public ResourcePool Pool { get; } = pool;

    /// <summary>Gets whether nobody stands here; may be read anywhere.</summary>
    public bool IsEmpty => Volatile.Read(ref count) == 0;

    public WaitingEntry? First => entries.Min;

    /// <summary>Gets or sets whether it is noted to be served.</summary>
    public bool IsNoted { get; set; }

    public void Add(WaitingEntry entry)
    {
        entry.Line = this;
        entries.Add(entry);

        // A full fence: whoever frees the pool after the next attempt to reserve sees that somebody waits.
        Interlocked.Increment(ref count);
    }

    public void Remove(WaitingEntry entry)
    {
        entry.Line = null;
        entries.Remove(entry);
        Interlocked.Decrement(ref count);
    }
}
