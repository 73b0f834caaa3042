using System.Buffers.Binary;
using System.Text;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Native;
using Sira.Testing.Crashes;

namespace Sira.Storage.RocksDb.Tests.Engine;

public sealed class OpeningTests
{
    private static readonly StoreKey Key = new("opening", "a");

    [Fact]
    public async Task OpenAsync_OpenElsewhere_SaysSo_AndNamesTheFolder()
    {
        using var folder = new RocksDbFolder();
        await using var engine = new RocksDbEngine(folder.Options);
        await engine.OpenAsync();

        var refused = await RefusedAsync(folder.Options);

        Assert.Equal((StorageErrorKind.Busy, true), (refused.Kind, refused.IsTransient));
        Assert.Contains(folder.Database, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NothingThere_AndNothingToBeMade_SaysSo()
    {
        using var folder = new RocksDbFolder();

        Assert.Equal(StorageErrorKind.Unavailable, (await RefusedAsync(folder.Options with { CreateIfMissing = false })).Kind);
        Assert.Equal(StorageErrorKind.Unavailable, (await RefusedAsync(folder.Options with { IsReadOnly = true })).Kind);
        Assert.False(Directory.Exists(folder.Database));
    }

    [Fact]
    public async Task OpenAsync_PathIsAFile_SaysSo()
    {
        using var folder = new RocksDbFolder();
        await File.WriteAllTextAsync(folder.Database, "text");

        Assert.Equal(StorageErrorKind.Unavailable, (await RefusedAsync(folder.Options)).Kind);
        Assert.Equal("text", await File.ReadAllTextAsync(folder.Database));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("default,values")]
    [InlineData("default,values,events,streams,order")]
    [InlineData("default,other")]
    public async Task OpenAsync_DatabaseOfAnotherProgram_IsLeftAlone(string families)
    {
        using var folder = new RocksDbFolder();
        var names = families.Split(',');
        Open(folder.Database, names, static database =>
        {
            using var writes = new WriteOptions(sync: false);
            database.Put(database.Families[^1], writes, "theirs"u8, "1"u8);
        });

        Assert.Equal(StorageErrorKind.Incompatible, (await RefusedAsync(folder.Options)).Kind);

        Open(folder.Database, names, static database =>
        {
            using var reads = new ReadOptions();
            using var value = database.Get(database.Families[^1], reads, "theirs"u8);
            Assert.True(value.IsThere);
        });
    }

    [Fact]
    public async Task OpenAsync_MakingWasInterrupted_IsMadeToTheEnd()
    {
        using var folder = new RocksDbFolder();
        Open(folder.Database, ["default", "values"], static _ => { });

        await using var engine = new RocksDbEngine(folder.Options);

        Assert.True((await engine.Store.PutAsync(Key, default)).IsDone);
    }

    [Fact]
    public async Task OpenAsync_NewerSchema_IsIncompatible()
    {
        using var folder = new RocksDbFolder();
        await using (var engine = new RocksDbEngine(folder.Options))
        {
            await engine.OpenAsync();
        }

        Open(folder.Database, ["default", "values", "events", "streams", "order"], static database =>
        {
            var version = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(version, 2);
            using var writes = new WriteOptions(sync: false);
            database.Put(database.Families[0], writes, "schema"u8, version);
        });

        var refused = await RefusedAsync(folder.Options);

        Assert.Equal(StorageErrorKind.Incompatible, refused.Kind);
        Assert.Contains("version 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsReadOnly_BesideAWriter_ReadsAndRefusesToWrite()
    {
        using var folder = new RocksDbFolder();
        await using var writer = new RocksDbEngine(folder.Options);
        await writer.Store.PutAsync(Key, Encoding.UTF8.GetBytes("1"));

        await using var reader = new RocksDbEngine(folder.Options with { IsReadOnly = true });

        Assert.Equal("1", Encoding.UTF8.GetString((await reader.Store.GetAsync(Key))!.Value.Value.Span));
        var refused = await Assert.ThrowsAsync<StorageException>(async () => await reader.Store.PutAsync(Key, default));
        Assert.Equal(StorageErrorKind.ReadOnly, refused.Kind);
        Assert.Equal(StorageErrorKind.ReadOnly, (await Assert.ThrowsAsync<StorageException>(async () => await reader.CompactAsync())).Kind);
        Assert.Equal(StorageErrorKind.ReadOnly, (await Assert.ThrowsAsync<StorageException>(async () => await reader.BackupAsync(folder.Database + " copy"))).Kind);
    }

    [Fact]
    public async Task OpenAsync_FolderOfSomebodyElse_IsDenied()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv"), "Only root can become somebody without rights.");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new RocksDbFolder();
        await using (var engine = new RocksDbEngine(folder.Options))
        {
            await engine.OpenAsync();
        }

        // Who is nobody may come this far, and no further.
        File.SetUnixFileMode(folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        var said = await new CrashLoop("rocksdb", folder.Database, () => new RocksDbEngine(folder.Options)).RunToFailureAsync("exec setpriv --reuid=65534 --regid=65534 --clear-groups");

        Assert.StartsWith("Denied: ", said, StringComparison.Ordinal);
        Assert.Contains(folder.Database, said, StringComparison.Ordinal);
    }

    private static async Task<StorageException> RefusedAsync(RocksDbEngineOptions options)
    {
        await using var engine = new RocksDbEngine(options);
        var refused = await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());
        Assert.False(refused.IsUncertain);

        // The first use says the same as opening.
        Assert.Equal(refused.Kind, (await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key))).Kind);
        return refused;
    }

    private static void Open(string path, string[] families, Action<Database> work)
    {
        using var options = new DatabaseOptions("create_if_missing=true;create_missing_column_families=true");
        using var database = Database.Open(path, options, [.. families.Select(name => (name, options))], isReadOnly: false);
        work(database);
    }
}
