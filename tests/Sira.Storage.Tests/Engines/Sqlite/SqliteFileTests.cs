using System.Text;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Engines.Sqlite;

public sealed class SqliteFileTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("tests", "a");

    private readonly TemporaryFile file = new();

    public ValueTask DisposeAsync() => file.DisposeAsync();

    [Fact]
    public async Task Opened_Again_HasWhatWasKept_AndGivesNoTagTwice()
    {
        var first = await WriteAsync(engine => engine.Store.PutAsync(Key, "one"u8.ToArray()));
        var position = await WriteAsync(engine => engine.Events.AppendAsync(Key, default, [new EventData("t", "e"u8.ToArray())]));
        await WriteAsync(engine => engine.Store.DeleteAsync(Key));
        await WriteAsync(engine => engine.Events.DeleteAsync(Key));

        var second = await WriteAsync(engine => engine.Store.PutAsync(Key, "two"u8.ToArray()));
        var next = await WriteAsync(engine => engine.Events.AppendAsync(Key, ExpectedVersion.New, [new EventData("t", "e"u8.ToArray())]));

        Assert.True(second.ETag.Number > first.ETag.Number);
        Assert.True(next.Position > position.Position);
        await using var engine = Engine();
        Assert.Equal("two", Encoding.UTF8.GetString((await engine.Store.GetAsync(Key))!.Value.Value.Span));
    }

    [Fact]
    public async Task SecondEngine_OnOneFile_IsToldWhoHasIt()
    {
        await using var engine = Engine();
        await engine.OpenAsync();
        await using var other = Engine();

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await other.OpenAsync());

        Assert.Equal(StorageErrorKind.Busy, failed.Kind);
        Assert.Contains("another engine has it open", failed.Message, StringComparison.Ordinal);
        await engine.DisposeAsync();
        await using var third = Engine();
        await third.OpenAsync();
    }

    [Fact]
    public async Task Folder_Missing_IsNamed()
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = Path.Combine(file.Path, "no", "such.db") });

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key));

        Assert.Equal(StorageErrorKind.Unavailable, failed.Kind);
        Assert.Contains("its folder is not there", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Path_ThatIsAFolder_IsCalledOne()
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = Path.GetDirectoryName(file.Path)! });

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());

        Assert.Contains("it is a folder. Name a file in it", failed.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.GetDirectoryName(file.Path) + "-lock"));
    }

    [Fact]
    public async Task Path_TooLong_IsNotTakenForAnotherEngine()
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = Path.Combine(Path.GetDirectoryName(file.Path)!, new string('x', 300)) });

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());

        Assert.Equal(StorageErrorKind.Unavailable, failed.Kind);
        Assert.DoesNotContain("another engine", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is no database, but long enough to be read as the header of one, which is 100 bytes, so here are some more", StorageErrorKind.Incompatible)]
    [InlineData("SQLite format 3\0 and then nothing that makes sense, for more than the hundred bytes that a header has, at least I hope so", StorageErrorKind.Incompatible)]
    public async Task File_OfSomethingElse_IsRefused(string content, StorageErrorKind kind)
    {
        await File.WriteAllTextAsync(file.Path, content, TestContext.Current.CancellationToken);
        await using var engine = Engine();

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());

        Assert.Equal(kind, failed.Kind);
        Assert.Equal(content, await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task File_OfAnotherApplication_IsLeftAlone()
    {
        using (var foreign = SqliteDatabase.OpenToWrite("test", file.Path))
        {
            foreign.Run("CREATE TABLE theirs (a)");
        }

        await using var engine = Engine();
        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());

        Assert.Equal(StorageErrorKind.Incompatible, failed.Kind);
        Assert.Contains("another application", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_Newer_NamesBothVersions()
    {
        await WriteAsync(engine => engine.Store.PutAsync(Key, "one"u8.ToArray()));
        using (var database = SqliteDatabase.OpenToWrite("test", file.Path))
        {
            database.Run("PRAGMA user_version = 7");
        }

        await using var engine = Engine();
        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());

        Assert.Equal(StorageErrorKind.Incompatible, failed.Kind);
        Assert.Contains("version 7, and this Sira knows 1", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_Pages_AreReported_NeverReadAsValues()
    {
        await WriteAsync(async engine =>
        {
            for (var i = 0; i < 500; i++)
            {
                await engine.Store.PutAsync(Key with { Name = $"{i}" }, new byte[1000]);
            }

            return 0;
        });
        var bytes = await File.ReadAllBytesAsync(file.Path, TestContext.Current.CancellationToken);
        bytes.AsSpan(4096).Fill(0x55);
        await File.WriteAllBytesAsync(file.Path, bytes, TestContext.Current.CancellationToken);

        await using var engine = Engine();
        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key with { Name = "7" }));
        await using var checking = new SqliteEngine(new SqliteEngineOptions { Path = file.Path, CheckAtOpen = true });
        await engine.DisposeAsync();
        var found = await Assert.ThrowsAsync<StorageException>(async () => await checking.OpenAsync());

        Assert.Equal((StorageErrorKind.Corrupt, StorageErrorKind.Corrupt), (failed.Kind, found.Kind));
        Assert.Contains(file.Path, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Full_WriteIsRefused_TheOthersOfItsGroupAreMade_AndItGoesOn()
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path, MaximumBytes = 2 << 20, Durability = StorageDurability.PowerLoss });
        await engine.OpenAsync(TestContext.Current.CancellationToken);

        var small = Enumerable.Range(0, 20).Select(i => engine.Store.PutAsync(Key with { Name = $"{i}" }, new byte[100]).AsTask()).ToArray();
        var large = engine.Store.PutAsync(Key with { Name = "large" }, new byte[4 << 20]).AsTask();
        var more = Enumerable.Range(20, 20).Select(i => engine.Store.PutAsync(Key with { Name = $"{i}" }, new byte[100]).AsTask()).ToArray();

        var failed = await Assert.ThrowsAsync<StorageException>(() => large);
        Assert.Equal(StorageErrorKind.Full, failed.Kind);
        Assert.False(failed.IsUncertain);
        await Task.WhenAll(small.Concat(more));
        Assert.Equal(40, (await engine.Store.ScanAsync(new StoreScan(Key.Partition), TestContext.Current.CancellationToken)).Items.Count);
    }

    [Fact]
    public async Task Log_UnderManyWrites_StaysSmall()
    {
        await using var engine = Engine();
        for (var i = 0; i < 400; i++)
        {
            var batch = new StoreBatch();
            for (var n = 0; n < 10; n++)
            {
                batch.Put(Key with { Name = $"{n}" }, new byte[10_000]);
            }

            await engine.Store.WriteAsync(batch, TestContext.Current.CancellationToken);
        }

        // 40 MB were written, to a file of 100 kB.
        Assert.InRange(new FileInfo(file.Path + "-wal").Length, 1, 30 << 20);
        Assert.InRange(new FileInfo(file.Path).Length, 1, 5 << 20);
    }

    [Fact]
    public void Options_OutOfRange_AreAllNamed()
    {
        var failed = Assert.Throws<SiraConfigurationException>(() => new SqliteEngine(new SqliteEngineOptions { Name = "", Path = " ", MaximumReaders = 0, MaximumQueue = 0, MaximumBytes = 5, Durability = (StorageDurability)9 }));

        foreach (var option in (string[])["Name", "Path", "MaximumReaders", "MaximumQueue", "MaximumBytes", "Durability"])
        {
            Assert.Contains($"SqliteEngineOptions:{option}", failed.Message, StringComparison.Ordinal);
        }
    }

    private SqliteEngine Engine() => new(new SqliteEngineOptions { Path = file.Path });

    private async Task<T> WriteAsync<T>(Func<SqliteEngine, ValueTask<T>> write)
    {
        await using var engine = Engine();
        return await write(engine);
    }
}
