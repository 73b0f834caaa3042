using Sira.Kernel.Collections;

namespace Sira.Kernel.Admission.Fairness;

/// <summary>Those of one tenant who wait in one queue. Whose number is the largest for its weight makes way first when the queue is full.</summary>
internal sealed class QueueTenant(FairTenant tenant) : IHeapItem<QueueTenant>
{
    // In the order of arrival.
    private readonly LinkedList<WaitingEntry> entries = [];

    public int HeapIndex { get; set; } = -1;

    public int Count => entries.Count;

    public bool Precedes(QueueTenant other) => Crowding(0) > other.Crowding(0);

    /// <summary>Returns how many wait, or would with some more, for its weight.</summary>
    public double Crowding(int more) => (entries.Count + more) / tenant.Account.Weight;

    public void Add(WaitingEntry entry) => entry.QueueNode = entries.AddLast(entry);

    public void Remove(WaitingEntry entry) => entries.Remove(entry.QueueNode!);

    /// <summary>Returns who came last of those that are no more important than a priority.</summary>
    public WaitingEntry? Last(int priority)
    {
        var node = entries.Last;
        while (node is not null && node.Value.Priority > priority)
        {
            node = node.Previous;
        }

        return node?.Value;
    }
}
