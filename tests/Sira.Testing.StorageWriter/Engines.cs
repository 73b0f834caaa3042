using Sira.Storage;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.PostgreSql;
using Sira.Storage.Redis;
using Sira.Storage.RocksDb;

namespace Sira.Testing.StorageWriter;

/// <summary>The engines by name. One line for each that outlives its process.</summary>
internal static class Engines
{
    public static IStorageEngine Create(string kind, string target) => kind switch
    {
        "sqlite" => new SqliteEngine(new SqliteEngineOptions { Path = target }),
        "rocksdb" => new RocksDbEngine(new RocksDbEngineOptions { Path = target, BlockCacheBytes = 4 * 1024 * 1024, WriteBufferBytes = 1024 * 1024 }),
        "postgresql" => new PostgreSqlEngine(new PostgreSqlEngineOptions { ConnectionString = target }),
        "redis" => new RedisEngine(new RedisEngineOptions { Endpoint = target, Persistence = RedisPersistence.OperatingSystem }),
        _ => throw new ArgumentException($"'{kind}' is no engine.", nameof(kind)),
    };
}
