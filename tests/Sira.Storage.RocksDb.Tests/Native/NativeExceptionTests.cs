using Sira.Storage.Errors;
using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb.Tests.Native;

public sealed class NativeExceptionTests
{
    // The texts are RocksDB's own, as 7.8.3 says them.
    [Theory]
    [InlineData("IO error: No space left on device: While appending to file: /d/000010.log: No space left on device", StorageErrorKind.Full)]
    [InlineData("IO error: While appending to file: /d/000010.log: File too large", StorageErrorKind.Full)]
    [InlineData("IO error: While appending to file: /d/000010.log: Disk quota exceeded", StorageErrorKind.Full)]
    [InlineData("IO error: While lock file: /d/LOCK: Resource temporarily unavailable", StorageErrorKind.Busy)]
    [InlineData("IO error: lock hold by current process, acquire time 1 acquiring thread 2: /d/LOCK: No locks available", StorageErrorKind.Busy)]
    [InlineData("IO error: While open a file for lock: /d/LOCK: Permission denied", StorageErrorKind.Denied)]
    [InlineData("IO error: While open a file for lock: /d/LOCK: Read-only file system", StorageErrorKind.ReadOnly)]
    [InlineData("IO error: While fsync: a log: Input/output error", StorageErrorKind.Unavailable)]
    [InlineData("Corruption: block checksum mismatch: stored = 1, computed = 2  in /d/000010.sst offset 0 size 4", StorageErrorKind.Corrupt)]
    [InlineData("Corruption: Unknown Footer version. Maybe this file was created with newer version of RocksDB?", StorageErrorKind.Incompatible)]
    [InlineData("Invalid argument: Compression type Snappy is not linked with the binary.", StorageErrorKind.Incompatible)]
    [InlineData("Result incomplete: Write stall", StorageErrorKind.Busy)]
    [InlineData("Operation timed out: Timeout Acquiring Mutex", StorageErrorKind.Timeout)]
    [InlineData("Shutdown in progress: ", StorageErrorKind.Closed)]
    [InlineData("Something else", StorageErrorKind.Unknown)]
    public void Translate_TextOfRocksDb_HasItsKind_AndNamesTheFolder(string text, StorageErrorKind kind)
    {
        var translated = new RocksDbErrors("engine", "/the/folder").Translate(new NativeException(text));

        Assert.Equal((kind, "engine", false), (translated.Kind, translated.Engine, translated.IsUncertain));
        Assert.True(kind == StorageErrorKind.Closed || translated.Message.Contains("/the/folder", StringComparison.Ordinal) || text.Contains("not linked", StringComparison.Ordinal), translated.Message);
    }

    [Theory]
    [InlineData("Read-only file system : '/the/folder'", StorageErrorKind.ReadOnly)]
    [InlineData("No space left on device : '/the/folder'", StorageErrorKind.Full)]
    [InlineData("The file '/the/folder' already exists.", StorageErrorKind.Unavailable)]
    public void Translate_FolderCannotBeMade_SaysWhy(string text, StorageErrorKind kind) =>
        Assert.Equal(kind, new RocksDbErrors("engine", "/the/folder").Translate(new IOException(text)).Kind);

    [Fact]
    public void Translate_LibraryIsMissing_SaysWhatToInstall()
    {
        var translated = new RocksDbErrors("engine", "/the/folder").Translate(new DllNotFoundException());

        Assert.Equal(StorageErrorKind.Unavailable, translated.Kind);
        Assert.Contains("apt install librocksdb7.8", translated.Message, StringComparison.Ordinal);
    }
}
