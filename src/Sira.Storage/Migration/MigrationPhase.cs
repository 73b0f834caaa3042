namespace Sira.Storage.Migration;

/// <summary>How far a migration is.</summary>
public enum MigrationPhase
{
    /// <summary>It has not begun, or was aborted: only the source is written.</summary>
    None,

    /// <summary>Writes go to both, and what was there before is copied. The source is the truth.</summary>
    Backfill,

    /// <summary>Writes go to both, and everything is compared. The source is the truth.</summary>
    Verify,

    /// <summary>The switch is being made. The source is the truth until it says otherwise.</summary>
    CuttingOver,

    /// <summary>The target is the truth; the source stands as it was.</summary>
    CutOver,

    /// <summary>The target is the truth, and the source is no longer needed.</summary>
    Finished,
}
