using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;
using Sira.Testing.Crashes;

namespace Sira.Storage.RocksDb.Tests.Engine;

public sealed class FailedWriteTests
{
    private static readonly StorePartition Partition = new("failing");

    [Fact]
    public async Task Writer_NoRoom_SaysSo_AndEverythingAcknowledgedIsThereAfterwards()
    {
        using var folder = new RocksDbFolder();

        // No file may become larger than 512 KiB, as on a disk that is full.
        var said = await new CrashLoop("rocksdb", folder.Database, () => new RocksDbEngine(folder.Options)).RunToFailureAsync("export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f 512; exec");

        Assert.StartsWith("Full: ", said, StringComparison.Ordinal);
        Assert.Contains("Free some", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writer_OneWriteFails_NoneIsTakenAnyMore_UntilItIsOpenedAgain()
    {
        using var folder = new RocksDbFolder();
        await using var engine = new RocksDbEngine(folder.Options with { WriteBufferBytes = 1024 * 1024 });
        await engine.OpenAsync();
        await using var changes = await engine.Changes.SubscribeAsync(Partition);
        var acknowledged = 0;
        var value = new byte[20_000];

        // The next file of the log cannot be made.
        var aside = folder.Database + " aside";
        Directory.Move(folder.Database, aside);
        var failed = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            for (; acknowledged < 10_000; acknowledged++)
            {
                await engine.Store.PutAsync(Partition.Key($"{acknowledged}"), value, new() { Durability = acknowledged % 2 == 0 ? StorageDurability.ProcessCrash : StorageDurability.PowerLoss });
            }
        });
        Directory.Move(aside, folder.Database);
        var refused = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Partition.Key("after"), value));
        var alsoRefused = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Partition.Key("after"), value, new() { Durability = StorageDurability.PowerLoss }));

        Assert.True(failed.IsUncertain);
        Assert.False(refused.IsUncertain || alsoRefused.IsUncertain);
        Assert.Contains("OpenAsync", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(await engine.Store.GetAsync(Partition.Key("0")));

        await engine.OpenAsync();

        Assert.True((await engine.Store.PutAsync(Partition.Key("after"), value)).IsDone);
        for (var i = 0; i < acknowledged; i++)
        {
            Assert.NotNull(await engine.Store.GetAsync(Partition.Key($"{i}")));
        }

        // Who listens is told that something may have been written without being told of.
        await foreach (var change in changes)
        {
            if (change.Kind is ChangeKind.Missed)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task TrimAsync_AnEventIsDamaged_FailsAlone_AndWritesGoOn()
    {
        using var folder = new RocksDbFolder();
        var options = folder.Options with { Compression = RocksDbCompression.None };
        var content = new byte[5000];
        new Random(1).NextBytes(content);
        await using (var first = new RocksDbEngine(options))
        {
            await first.Events.AppendAsync(Partition.Key("s"), ExpectedVersion.New, [.. Enumerable.Range(0, 10).Select(i => new EventData("t", i == 5 ? content : new byte[5000]))]);
        }

        foreach (var table in Directory.EnumerateFiles(folder.Database, "*.sst"))
        {
            var bytes = await File.ReadAllBytesAsync(table);
            if (bytes.AsSpan().IndexOf(content.AsSpan(0, 64)) is >= 0 and var at)
            {
                bytes[at] ^= 1;
                await File.WriteAllBytesAsync(table, bytes);
            }
        }

        await using var engine = new RocksDbEngine(options);

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.Events.TrimAsync(Partition.Key("s"), 9));

        Assert.Equal((StorageErrorKind.Corrupt, false), (failed.Kind, failed.IsUncertain));
        Assert.True((await engine.Store.PutAsync(Partition.Key("a"), content)).IsDone);
        Assert.Equal(1, await engine.Events.TrimAsync(Partition.Key("s"), 1));
    }

    [Fact]
    public async Task WriteAsync_MoreThanCanBeHeld_IsRefused_AndNothingIsMade()
    {
        using var folder = new RocksDbFolder();
        await using var engine = new RocksDbEngine(folder.Options);
        var large = new byte[engine.Capabilities.MaximumValueLength];
        var batch = new StoreBatch();
        for (var i = 0; i < 17; i++)
        {
            batch.Put(Partition.Key($"{i}"), large);
        }

        Assert.Contains("Split", (await Assert.ThrowsAsync<ArgumentException>(async () => await engine.Store.WriteAsync(batch))).Message, StringComparison.Ordinal);

        Assert.Null(await engine.Store.GetAsync(Partition.Key("0")));
    }

    [Fact]
    public async Task DisposeAsync_WhileOthersWrite_EachIsMadeOrTold()
    {
        using var folder = new RocksDbFolder();
        for (var round = 0; round < 10; round++)
        {
            var engine = new RocksDbEngine(folder.Options);
            await engine.OpenAsync();
            var made = new int[4];
            using var started = new CountdownEvent(made.Length);
            var writing = Enumerable.Range(0, made.Length).Select(worker => Task.Run(async () =>
            {
                for (var i = 0; ; i++)
                {
                    if (i == 3)
                    {
                        started.Signal();
                    }

                    var durability = (StorageDurability)(1 + ((i + worker) % 2));
                    await engine.Store.PutAsync(Partition.Key($"{round} {worker} {i}"), default, new() { Durability = durability });
                    made[worker] = i;
                }
            })).ToList();
            started.Wait(TimeSpan.FromSeconds(20));

            await engine.DisposeAsync();

            foreach (var writer in writing)
            {
                Assert.Equal(StorageErrorKind.Closed, (await Assert.ThrowsAsync<StorageException>(() => writer)).Kind);
            }

            await using var again = new RocksDbEngine(folder.Options);
            for (var worker = 0; worker < made.Length; worker++)
            {
                Assert.NotNull(await again.Store.GetAsync(Partition.Key($"{round} {worker} {made[worker]}")));
            }
        }
    }

    [Fact]
    public async Task PutAsync_WaitsForTheDisk_WhatComesNextIsNotOnTheWritersThread()
    {
        using var folder = new RocksDbFolder();
        await using var engine = new RocksDbEngine(folder.Options);
        await engine.OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            var next = engine.Store.PutAsync(Partition.Key("a"), default, new() { Durability = StorageDurability.PowerLoss }).AsTask()
                .ContinueWith(static _ => Thread.CurrentThread.Name, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

            Assert.NotEqual("Sira storage rocksdb", await next);
        }
    }
}
