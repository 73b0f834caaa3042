namespace Sira.Storage.Transfer;

/// <summary>What was exported or imported.</summary>
public sealed record TransferReport
{
    /// <summary>Gets how many partitions there are.</summary>
    public long Partitions { get; init; }

    /// <summary>Gets how many values.</summary>
    public long Values { get; init; }

    /// <summary>Gets how many streams.</summary>
    public long Streams { get; init; }

    /// <summary>Gets how many events.</summary>
    public long Events { get; init; }

    /// <summary>Gets how many bytes the values and events have together.</summary>
    public long Bytes { get; init; }

    /// <summary>Gets how many of the values and streams were not written, because there were some of the same name; see <see cref="ExistingContent.Skip"/>.</summary>
    public long Skipped { get; init; }
}
