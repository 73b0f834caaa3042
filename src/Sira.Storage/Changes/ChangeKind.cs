namespace Sira.Storage.Changes;

/// <summary>What has happened.</summary>
public enum ChangeKind
{
    /// <summary>A value was written.</summary>
    Put,

    /// <summary>A value was deleted. That one has expired is not told of: its reader knows when.</summary>
    Delete,

    /// <summary>Events were appended to a stream.</summary>
    Append,

    /// <summary>Changes may have been missed, after a lost connection or because the reader was slow: whatever was read before may have changed.</summary>
    Missed,
}
