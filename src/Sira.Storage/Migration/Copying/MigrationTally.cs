using Sira.Storage.Keys;

namespace Sira.Storage.Migration.Copying;

/// <summary>Counts what a run does. By one caller at a time.</summary>
internal sealed class MigrationTally(MigrationOptions options, IProgress<MigrationProgress>? progress)
{
    // Told of each time after so many values and streams, so that a listener who draws does not slow it down.
    private const int Step = 1000;

    private readonly List<MigrationDifference> differences = [];
    private MigrationPhase phase;
    private int pass;
    private long partitions;
    private long values;
    private long streams;
    private long copied;
    private long copiedBytes;

    public long DifferenceCount { get; private set; }

    /// <summary>Notes that the target is the truth now. What was counted in the last pass stays.</summary>
    public void End(MigrationPhase last)
    {
        phase = last;
        progress?.Report(Snapshot());
    }

    public void Enter(MigrationPhase next, int number)
    {
        (phase, pass, partitions, values, streams) = (next, number, 0, 0, 0);
        progress?.Report(Snapshot());
    }

    public void Partition()
    {
        partitions++;
        progress?.Report(Snapshot());
    }

    public void Value() => Look(ref values);

    public void Stream() => Look(ref streams);

    public void Copied(long count, long bytes) => (copied, copiedBytes) = (copied + count, copiedBytes + bytes);

    /// <summary>Notes a difference, if this is a pass that verifies.</summary>
    public void Differs(StoreKey key, bool isStream, string what)
    {
        if (phase == MigrationPhase.Backfill)
        {
            return;
        }

        DifferenceCount++;
        if (differences.Count < options.MaximumDifferences)
        {
            differences.Add(new MigrationDifference(key, isStream, what));
        }
    }

    public MigrationProgress Snapshot() => new()
    {
        Phase = phase,
        Pass = pass,
        Partitions = partitions,
        Values = values,
        Streams = streams,
        Copied = copied,
        CopiedBytes = copiedBytes,
        DifferenceCount = DifferenceCount,
        Differences = [.. differences],
    };

    private void Look(ref long count)
    {
        if (++count % Step == 0)
        {
            progress?.Report(Snapshot());
        }
    }
}
