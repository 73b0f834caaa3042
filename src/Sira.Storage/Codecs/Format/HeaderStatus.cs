namespace Sira.Storage.Codecs.Format;

/// <summary>What was found where a header should stand.</summary>
internal enum HeaderStatus
{
    /// <summary>No header.</summary>
    Absent,

    /// <summary>A header that was changed.</summary>
    Damaged,

    /// <summary>A whole header of a version that this release does not know.</summary>
    Newer,

    /// <summary>A header.</summary>
    Valid,
}
