namespace Sira.Storage.Errors;

/// <summary>What went wrong with an engine.</summary>
public enum StorageErrorKind
{
    /// <summary>Something else.</summary>
    Unknown,

    /// <summary>It cannot be reached, or went away.</summary>
    Unavailable,

    /// <summary>It did not answer in time.</summary>
    Timeout,

    /// <summary>It is too busy, or others hold what is needed for too long.</summary>
    Busy,

    /// <summary>The name or the password is wrong, or something is not permitted.</summary>
    Denied,

    /// <summary>There is no room: the disk or a quota is full.</summary>
    Full,

    /// <summary>It can only be read.</summary>
    ReadOnly,

    /// <summary>What it has kept is damaged.</summary>
    Corrupt,

    /// <summary>What it has kept was written by a newer version, or by something else.</summary>
    Incompatible,

    /// <summary>The key that a value is encrypted with is not there, or not any more.</summary>
    KeyUnknown,

    /// <summary>It was closed.</summary>
    Closed,
}
