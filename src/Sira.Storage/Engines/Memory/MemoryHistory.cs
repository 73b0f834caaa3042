using Sira.Storage.Events;

namespace Sira.Storage.Engines.Memory;

/// <summary>The events of all streams of a namespace in one order. Under the engine's lock.</summary>
internal sealed class MemoryHistory
{
    private readonly List<StoredEvent> events = [];
    private readonly HashSet<long> forgotten = [];

    public void Add(in StoredEvent stored) => events.Add(stored);

    /// <summary>Takes an event out. Those that are out are skipped, and cleared away together once they are the greater part.</summary>
    public void Forget(long position)
    {
        forgotten.Add(position);
        if (forgotten.Count * 2 > events.Count)
        {
            events.RemoveAll(stored => forgotten.Contains(stored.Position));
            forgotten.Clear();
        }
    }

    public EventPage Read(long after, int maximum)
    {
        var found = new List<StoredEvent>();
        var index = FirstBehind(after);
        for (; index < events.Count && found.Count < maximum; index++)
        {
            if (!forgotten.Contains(events[index].Position))
            {
                found.Add(events[index]);
            }
        }

        return new EventPage(found, found.Count > 0 ? found[^1].Position : after, index == events.Count);
    }

    private int FirstBehind(long position)
    {
        var (low, high) = (0, events.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = events[middle].Position <= position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
