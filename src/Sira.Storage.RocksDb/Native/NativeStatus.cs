namespace Sira.Storage.RocksDb.Native;

/// <summary>What kind of error it is. RocksDB's C API gives texts only; the kind stands at their beginning.</summary>
internal enum NativeStatus
{
    Unknown,
    Corruption,
    NotSupported,
    InvalidArgument,
    InputOutput,
    NoSpace,
    Locked,
    Denied,
    ReadOnly,
    Incomplete,
    Busy,
    TimedOut,
    ShuttingDown,
}
