using Sira.Storage;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.RocksDb;

namespace Sira.Testing.StorageWriter;

/// <summary>The engines by name. One line for each that outlives its process.</summary>
internal static class Engines
{
    public static IStorageEngine Create(string kind, string target) => kind switch
    {
        "sqlite" => new SqliteEngine(new SqliteEngineOptions { Path = target }),
        "rocksdb" => new RocksDbEngine(new RocksDbEngineOptions { Path = target, BlockCacheBytes = 4 * 1024 * 1024, WriteBufferBytes = 1024 * 1024 }),
        _ => throw new ArgumentException($"'{kind}' is no engine.", nameof(kind)),
    };
}
