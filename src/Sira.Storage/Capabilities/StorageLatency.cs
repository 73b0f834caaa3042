namespace Sira.Storage.Capabilities;

/// <summary>How far away an engine keeps things, from the nearest to the farthest.</summary>
public enum StorageLatency
{
    /// <summary>In the memory of the process: well under a microsecond.</summary>
    Memory,

    /// <summary>On the machine: microseconds, where a write waits for the disk milliseconds.</summary>
    Local,

    /// <summary>On another machine, or behind a server: at least a round trip.</summary>
    Network,
}
