namespace Sira.Storage.Migration;

/// <summary>How far a migration is, at one moment.</summary>
public sealed record MigrationProgress
{
    /// <summary>Gets the phase.</summary>
    public required MigrationPhase Phase { get; init; }

    /// <summary>Gets which walk over everything it is: 0 for the backfill, and from 1 on for those that verify. Behind the cut-over it is the last one, and so are its counts.</summary>
    public int Pass { get; init; }

    /// <summary>Gets how many partitions were walked over in this pass.</summary>
    public long Partitions { get; init; }

    /// <summary>Gets how many values were looked at in this pass.</summary>
    public long Values { get; init; }

    /// <summary>Gets how many streams were looked at in this pass.</summary>
    public long Streams { get; init; }

    /// <summary>Gets how many values, events and fillings of trimmed versions were written to the target, in all passes of this run; those of writers that go on meanwhile not counted.</summary>
    public long Copied { get; init; }

    /// <summary>Gets how many bytes those had.</summary>
    public long CopiedBytes { get; init; }

    /// <summary>Gets how many differences were found while verifying, in all passes of this run.</summary>
    public long DifferenceCount { get; init; }

    /// <summary>Gets the first of them, as many as <see cref="MigrationOptions.MaximumDifferences"/>.</summary>
    public IReadOnlyList<MigrationDifference> Differences { get; init; } = [];
}
