namespace Sira.Storage.Capabilities;

/// <summary>What a write survives once it has returned.</summary>
public enum StorageDurability
{
    /// <summary>Nothing but the caller: it is gone when the process ends.</summary>
    Process,

    /// <summary>The death of the process, as by <c>kill -9</c>, but not of the operating system.</summary>
    ProcessCrash,

    /// <summary>A power failure: it is on the disk.</summary>
    PowerLoss,
}
