using System.Globalization;
using System.Text;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Storage.RocksDb.Tests.Engine;

public sealed class BackupTests
{
    private static readonly StorePartition Partition = new("backup", "t");

    [Fact]
    public async Task BackupAsync_WhileItIsWritten_IsConsistent_AndCanBeOpened()
    {
        using var folder = new RocksDbFolder();
        await using var engine = new RocksDbEngine(folder.Options);
        using var stop = new CancellationTokenSource();
        await WriteAsync(engine, 1);
        var writing = Task.Run(async () =>
        {
            for (var i = 2; !stop.IsCancellationRequested; i++)
            {
                await WriteAsync(engine, i);
            }
        });
        for (var i = 0; i < 3; i++)
        {
            var path = Path.Combine(folder.Root, "backups", $"{i}");
            var before = (await engine.Store.GetAsync(Partition.Key("left")))!.Value;

            await engine.BackupAsync(path);

            await using var copy = new RocksDbEngine(folder.Options with { Path = path });
            var left = Number(await copy.Store.GetAsync(Partition.Key("left")));
            Assert.True(left >= Number(before));
            Assert.Equal((left, left), (Number(await copy.Store.GetAsync(Partition.Key("right"))), (int)await copy.Events.GetVersionAsync(Partition.Key("s"))));
            Assert.True((await copy.Store.PutAsync(Partition.Key("left"), default)).IsDone);
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task BackupAsync_SomethingIsThere_IsRefused_AndLeftAlone()
    {
        using var folder = new RocksDbFolder();
        await using var engine = new RocksDbEngine(folder.Options);
        var path = Path.Combine(folder.Root, "backup");
        await File.WriteAllTextAsync(path, "text");

        await Assert.ThrowsAsync<ArgumentException>(async () => await engine.BackupAsync(path));

        Assert.Equal("text", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task BackupAsync_ADamagedTable_IsNoticed_AndNothingIsLeft()
    {
        using var folder = new RocksDbFolder();
        await using (var first = new RocksDbEngine(folder.Options))
        {
            await first.Store.PutAsync(Partition.Key("a"), Encoding.UTF8.GetBytes(new string('x', 100_000)));
        }

        foreach (var table in Directory.EnumerateFiles(folder.Database, "*.sst").Where(static file => new FileInfo(file).Length > 0))
        {
            // Its first block, which is not read when a table is opened.
            await using var file = new FileStream(table, FileMode.Open);
            file.Position = 20;
            var old = file.ReadByte();
            file.Position = 20;
            file.WriteByte((byte)(old ^ 4));
        }

        await using var engine = new RocksDbEngine(folder.Options);
        var path = Path.Combine(folder.Root, "backup");

        var refused = await Assert.ThrowsAsync<StorageException>(async () => await engine.BackupAsync(path));

        Assert.Equal(StorageErrorKind.Corrupt, refused.Kind);
        Assert.Equal([folder.Database], Directory.EnumerateFileSystemEntries(folder.Root));
    }

    [Fact]
    public async Task BackupAsync_Cancelled_LeavesNothing()
    {
        using var folder = new RocksDbFolder();
        await using var engine = new RocksDbEngine(folder.Options);
        var batch = new StoreBatch();
        for (var i = 0; i < 3000; i++)
        {
            batch.Put(Partition.Key($"{i}"), default);
        }

        await engine.Store.WriteAsync(batch);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await engine.BackupAsync(Path.Combine(folder.Root, "backup"), new CancellationToken(canceled: true)));

        Assert.Equal([folder.Database], Directory.EnumerateFileSystemEntries(folder.Root));
    }

    private static async Task WriteAsync(RocksDbEngine engine, int number)
    {
        var bytes = Encoding.ASCII.GetBytes($"{number}");
        Assert.True((await engine.Store.WriteAsync(new StoreBatch()
            .Put(Partition.Key("left"), bytes)
            .Append(Partition.Key("s"), ExpectedVersion.Of(number - 1), [new("t", bytes)])
            .Put(Partition.Key("right"), bytes))).IsDone);
    }

    private static int Number(Values.StoreEntry? entry) => int.Parse(entry!.Value.Value.Span, CultureInfo.InvariantCulture);
}
