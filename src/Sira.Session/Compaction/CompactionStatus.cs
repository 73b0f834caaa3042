namespace Sira.Session.Compaction;

/// <summary>What came of a compaction.</summary>
public enum CompactionStatus
{
    /// <summary>There was nothing to summarise.</summary>
    NotNeeded,

    /// <summary>Summaries were appended.</summary>
    Compacted,

    /// <summary>It has failed lately, and the session is left alone for a while.</summary>
    Resting,

    /// <summary>It failed. What had been appended before stays good.</summary>
    Failed,
}
