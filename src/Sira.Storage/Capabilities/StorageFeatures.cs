namespace Sira.Storage.Capabilities;

/// <summary>What an engine can do beyond reading and writing single values, which all can.</summary>
[Flags]
public enum StorageFeatures
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>Writes on condition.</summary>
    Conditions = 1 << 0,

    /// <summary>Values that go by themselves after a time.</summary>
    TimeToLive = 1 << 1,

    /// <summary>Reading by the beginning of names, in order.</summary>
    Scan = 1 << 2,

    /// <summary>Batches that are made as a whole or not at all, of any keys.</summary>
    AtomicBatch = 1 << 3,

    /// <summary>Logs of events.</summary>
    EventLog = 1 << 4,

    /// <summary>One order of all events of a namespace.</summary>
    GlobalOrder = 1 << 5,

    /// <summary>Batches that append to streams together with writes of values.</summary>
    AtomicAppend = 1 << 6,

    /// <summary>Telling of changes.</summary>
    ChangeFeed = 1 << 7,

    /// <summary>Several processes, on several hosts, may use it at once.</summary>
    Shared = 1 << 8,
}
