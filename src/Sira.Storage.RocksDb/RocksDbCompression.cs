namespace Sira.Storage.RocksDb;

/// <summary>How tables are compressed on the disk. What the installed library was not built with is an error at the start.</summary>
public enum RocksDbCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Snappy: fast.</summary>
    Snappy,

    /// <summary>LZ4: faster, and a little smaller.</summary>
    Lz4,

    /// <summary>Zstandard: much smaller, and slower.</summary>
    Zstd,
}
