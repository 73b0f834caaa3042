using Sira.Kernel.Messaging.Journal;

namespace Sira.Storage.Messaging.Records;

/// <summary>The records that were appended or read last, so that the groups at the end of the log are served from memory, and the engine is read in long stretches.</summary>
/// <remarks>Thread-safe. Records never change, so what is here is never wrong; what was used longest ago goes first.</remarks>
internal sealed class RecordCache(long maximumBytes)
{
    private readonly Lock gate = new();

    // By position, not overlapping.
    private readonly List<RecordRun> runs = [];
    private long bytes;
    private long uses;

    /// <summary>Keeps records that stand one behind the other in the log.</summary>
    public void Add(ReadOnlySpan<JournalRecord> records)
    {
        lock (gate)
        {
            foreach (var record in records)
            {
                Add(record);
            }

            while (bytes > maximumBytes && runs.Count > 0)
            {
                RemoveLeastUsed();
            }
        }
    }

    /// <summary>Returns the records from behind a position on, as far as they are here together; none if the next one is not.</summary>
    public ReadOnlyMemory<JournalRecord> After(long position)
    {
        lock (gate)
        {
            var index = IndexOf(position + 1);
            if (index < 0)
            {
                return default;
            }

            runs[index].UsedAt = ++uses;
            return runs[index].After(position);
        }
    }

    /// <summary>Forgets what stands before a position as far as it fills whole runs.</summary>
    public void Trim(long upTo)
    {
        lock (gate)
        {
            while (runs.Count > 0 && runs[0].Last <= upTo)
            {
                RemoveAt(0);
            }
        }
    }

    private void Add(JournalRecord record)
    {
        var at = runs.Count - 1;
        while (at >= 0 && runs[at].First > record.Position)
        {
            at--;
        }

        if (at >= 0 && record.Position <= runs[at].Last)
        {
            return;
        }

        if (at < 0 || record.Position > runs[at].Last + 1 || runs[at].IsFull)
        {
            var run = new RecordRun(record.Position) { UsedAt = ++uses };
            runs.Insert(++at, run);
            bytes += run.Bytes;
        }

        bytes -= runs[at].Bytes;
        runs[at].Add(record);
        bytes += runs[at].Bytes;
    }

    private void RemoveLeastUsed()
    {
        var least = 0;
        for (var i = 1; i < runs.Count; i++)
        {
            least = runs[i].UsedAt < runs[least].UsedAt ? i : least;
        }

        RemoveAt(least);
    }

    private void RemoveAt(int index)
    {
        bytes -= runs[index].Bytes;
        runs.RemoveAt(index);
    }

    // The run that holds a position.
    private int IndexOf(long position)
    {
        var (low, high) = (0, runs.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = runs[middle].Last < position ? (middle + 1, high) : (low, middle);
        }

        return low < runs.Count && runs[low].First <= position ? low : -1;
    }
}
