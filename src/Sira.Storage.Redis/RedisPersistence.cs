using Sira.Storage.Capabilities;

namespace Sira.Storage.Redis;

/// <summary>How the server keeps what it has in memory; its settings <c>appendonly</c> and <c>appendfsync</c>.</summary>
/// <remarks>What a write survives is meant of the server's process and host, wherever the caller's are.</remarks>
public enum RedisPersistence
{
    /// <summary>No append-only file: what was written since the last snapshot is lost with the server's process. <see cref="StorageDurability.Process"/>.</summary>
    None,

    /// <summary><c>appendfsync everysec</c>: the server may keep a write back for two seconds while the disk is busy. <see cref="StorageDurability.Process"/>.</summary>
    EverySecond,

    /// <summary><c>appendfsync no</c>: a write is given to the operating system before it is answered. <see cref="StorageDurability.ProcessCrash"/>.</summary>
    OperatingSystem,

    /// <summary><c>appendfsync always</c>: a write is on the disk before it is answered. <see cref="StorageDurability.PowerLoss"/>.</summary>
    Always,
}
