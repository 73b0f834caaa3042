namespace Sira.Decisions;

/// <summary>In which way an answer is less than what was asked for, because nothing better could be had.</summary>
public enum DegradedMode
{
    /// <summary>It is not: a target of the route answered.</summary>
    None,

    /// <summary>An answer from the cache that had expired.</summary>
    StaleCache,

    /// <summary>A lesser model that the route keeps for this.</summary>
    SmallerModel,

    /// <summary>A fixed text.</summary>
    StaticAnswer,
}
