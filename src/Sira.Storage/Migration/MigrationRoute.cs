namespace Sira.Storage.Migration;

/// <summary>Where the reads and writes of the namespace go.</summary>
internal enum MigrationRoute
{
    /// <summary>That has to be found out first.</summary>
    Unknown,

    /// <summary>To the source.</summary>
    Source,

    /// <summary>To the source, and writes to the target as well.</summary>
    Both,

    /// <summary>To the target.</summary>
    Target,
}
