using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb.Tests;

/// <summary>A folder for a test's databases, gone when it ends. Where the library is missing the test is skipped, and says so.</summary>
internal sealed class RocksDbFolder : IDisposable
{
    public RocksDbFolder() => Assert.SkipUnless(NativeLibraryResolver.IsAvailable, "librocksdb is not installed; ./eng/test.sh --install does it.");

    /// <summary>The folder.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("sira-rocksdb-").FullName;

    /// <summary>The folder of a database in it.</summary>
    public string Database => Path.Combine(Root, "database");

    /// <summary>What engines of tests are set to: little memory, so that opening many of them is quick.</summary>
    public RocksDbEngineOptions Options => new() { Path = Database, BlockCacheBytes = 4 * 1024 * 1024, WriteBufferBytes = 4 * 1024 * 1024 };

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
