using Sira.Kernel.Messaging.Journal;

namespace Sira.Storage.Messaging.Records;

/// <summary>Records that stand one behind the other in the log. Under the lock of the cache; what was handed out does not change.</summary>
internal sealed class RecordRun
{
    /// <summary>How many records it takes.</summary>
    public const int Length = 512;

    // What a record takes in memory besides its envelope, roughly.
    private const int Overhead = 400;

    private readonly JournalRecord[] records = new JournalRecord[Length];
    private int count;

    public RecordRun(long first) => First = first;

    public long First { get; }

    public long Last => First + count - 1;

    public bool IsFull => count == Length;

    /// <summary>What it takes in memory, roughly; of a new one its empty places.</summary>
    public long Bytes { get; private set; } = Length * sizeof(long);

    /// <summary>When it was used last, by the counter of the cache.</summary>
    public long UsedAt { get; set; }

    public void Add(JournalRecord record)
    {
        records[count++] = record;
        Bytes += record.Payload.Length + Overhead;
    }

    /// <summary>The records behind a position.</summary>
    public ReadOnlyMemory<JournalRecord> After(long position)
    {
        var index = (int)(position + 1 - First);
        return records.AsMemory(index, count - index);
    }
}
