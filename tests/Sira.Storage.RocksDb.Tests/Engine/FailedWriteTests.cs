using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
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
