using System.Globalization;
using System.Text;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Writing;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Engines.Sqlite;

public sealed class SqliteBackupTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("tests", "a");

    private readonly TemporaryFile file = new();

    private string Backup => file.Path + ".backup";

    public ValueTask DisposeAsync() => file.DisposeAsync();

    [Fact]
    public async Task BackupAsync_WhileOthersWrite_IsOneMoment()
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writer = Task.Run(async () =>
        {
            for (var i = 1; !stop.IsCancellationRequested; i++)
            {
                var number = Encoding.UTF8.GetBytes($"{i}");
                await engine.Store.WriteAsync(new StoreBatch().Put(Key, number).Put(Key with { Tenant = "other" }, number));
                Volatile.Write(ref written, i);
            }
        });
        await Eventually.HoldsAsync(() => Volatile.Read(ref written) > 10, "it writes");
        var before = Volatile.Read(ref written);

        await engine.BackupAsync(Backup, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await writer;

        await using var copy = new SqliteEngine(new SqliteEngineOptions { Path = Backup, CheckAtOpen = true });
        var (one, other) = (await NumberAsync(copy, Key), await NumberAsync(copy, Key with { Tenant = "other" }));
        Assert.Equal(one, other);
        Assert.InRange(one, before, written);
    }

    [Fact]
    public async Task RestoreAsync_PutsItBack_AndKeepsTheBackup()
    {
        await WriteAsync("1");
        await using (var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path }))
        {
            await engine.BackupAsync(Backup, TestContext.Current.CancellationToken);
        }

        await WriteAsync("2");
        await SqliteEngine.RestoreAsync(Backup, file.Path, TestContext.Current.CancellationToken);

        await using var restored = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        Assert.Equal(1, await NumberAsync(restored, Key));
        Assert.True(File.Exists(Backup));
    }

    [Fact]
    public async Task RestoreAsync_DamagedOrMissingBackup_LeavesTheFile()
    {
        await WriteAsync("1");
        await using (var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path }))
        {
            await engine.BackupAsync(Backup, TestContext.Current.CancellationToken);
        }

        var bytes = await File.ReadAllBytesAsync(Backup, TestContext.Current.CancellationToken);
        bytes.AsSpan(4096 * 3, 4096).Fill(0x77);
        await File.WriteAllBytesAsync(Backup, bytes, TestContext.Current.CancellationToken);

        var damaged = await Assert.ThrowsAsync<StorageException>(async () => await SqliteEngine.RestoreAsync(Backup, file.Path));
        var missing = await Assert.ThrowsAsync<StorageException>(async () => await SqliteEngine.RestoreAsync(Backup + "x", file.Path));

        Assert.Equal((StorageErrorKind.Corrupt, StorageErrorKind.Unavailable), (damaged.Kind, missing.Kind));
        await using var left = new SqliteEngine(new SqliteEngineOptions { Path = file.Path, CheckAtOpen = true });
        Assert.Equal(1, await NumberAsync(left, Key));
    }

    [Fact]
    public async Task RestoreAsync_FileInUse_IsRefused()
    {
        await WriteAsync("1");
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        await engine.BackupAsync(Backup, TestContext.Current.CancellationToken);

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await SqliteEngine.RestoreAsync(Backup, file.Path));

        Assert.Equal(StorageErrorKind.Busy, failed.Kind);
    }

    [Fact]
    public async Task BackupAsync_WhereSomethingIs_OrGivenUp_LeavesNothing()
    {
        await WriteAsync("1");
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        await File.WriteAllTextAsync(Backup, "mine", TestContext.Current.CancellationToken);

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.BackupAsync(Backup));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await engine.BackupAsync(Backup + "2", new CancellationToken(canceled: true)));

        Assert.Equal(StorageErrorKind.Denied, failed.Kind);
        Assert.Equal("mine", await File.ReadAllTextAsync(Backup, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(file.Path)!, "*draft*"));
    }

    [Fact]
    public async Task BackupAsync_FolderMissing_IsNamed()
    {
        await WriteAsync("1");
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        var path = Path.Combine(Path.GetDirectoryName(file.Path)!, "no", "such.backup");

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.BackupAsync(path));

        Assert.Equal(StorageErrorKind.Unavailable, failed.Kind);
        Assert.Contains($"'{path}': its folder is not there", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PathThatIsAFolder_IsNamed_AndLeavesNothingBehind()
    {
        await WriteAsync("1");
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        await engine.BackupAsync(Backup, TestContext.Current.CancellationToken);
        var folder = Directory.CreateDirectory(file.Path + ".folder").FullName;

        var backup = await Assert.ThrowsAsync<StorageException>(async () => await engine.BackupAsync(folder));
        var restore = await Assert.ThrowsAsync<StorageException>(async () => await SqliteEngine.RestoreAsync(Backup, folder));

        Assert.Contains($"'{folder}', which is there already", backup.Message, StringComparison.Ordinal);
        Assert.Contains($"'{folder}': it is a folder", restore.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(file.Path)!, "*folder-*"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RestoreAsync_SomethingElse_IsNamed_AndLeavesNothingBehind(bool isDatabase)
    {
        await WriteAsync("1");
        if (isDatabase)
        {
            using var foreign = SqliteDatabase.OpenToWrite("test", Backup);
            foreign.Run("PRAGMA journal_mode = WAL");
            foreign.Run("CREATE TABLE theirs (a)");
        }
        else
        {
            await File.WriteAllTextAsync(Backup, new string('x', 5000), TestContext.Current.CancellationToken);
        }

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await SqliteEngine.RestoreAsync(Backup, file.Path));

        Assert.Equal(StorageErrorKind.Incompatible, failed.Kind);
        Assert.Contains($"'{Backup}'", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("draft", failed.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(file.Path)!, "*draft*"));
        await using var left = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        Assert.Equal(1, await NumberAsync(left, Key));
    }

    private static async Task<int> NumberAsync(SqliteEngine engine, StoreKey key) =>
        int.Parse(Encoding.UTF8.GetString((await engine.Store.GetAsync(key))!.Value.Value.Span), CultureInfo.InvariantCulture);

    private async Task WriteAsync(string text)
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        await engine.Store.PutAsync(Key, Encoding.UTF8.GetBytes(text));
    }
}
