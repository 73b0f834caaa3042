using System.Text;
using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb.Tests.Native;

/// <summary>The order in which things are disposed of is the caller's; RocksDB would crash on most of these, and the process with it.</summary>
public sealed class HandleTests
{
    [Fact]
    public void Dispose_DatabaseFirst_IsClosedWithTheLastThatWasMadeOfIt()
    {
        using var native = new NativeDatabase();
        native.Put("a", "1");
        var reads = new ReadOptions();
        var iterator = new Iterator(native.Database, reads, native.Family);
        var snapshot = new Snapshot(native.Database);
        var atSnapshot = new ReadOptions(snapshot: snapshot);
        var value = native.Database.Get(native.Family, reads, "a"u8);

        native.Database.Dispose();
        reads.Dispose();

        Assert.True(iterator.First());
        Assert.Equal("1", Encoding.UTF8.GetString(iterator.Value));
        iterator.Dispose();
        snapshot.Dispose();
        Assert.Equal("1", Encoding.UTF8.GetString(value.Bytes));
        atSnapshot.Dispose();
        Assert.False(native.Database.Closing.IsCompleted);
        value.Dispose();
        Assert.True(native.Database.Closing.IsCompletedSuccessfully);
    }

    [Fact]
    public void Use_AfterDispose_IsAnExceptionAndNoCrash()
    {
        using var native = new NativeDatabase();
        using var reads = new ReadOptions();
        using var batch = new WriteBatch();
        using var writes = new WriteOptions(sync: false);
        var family = native.Family;
        var iterator = new Iterator(native.Database, reads, family);
        iterator.Dispose();
        native.Database.Dispose();

        Assert.Throws<ObjectDisposedException>(() => iterator.First());
        Assert.Throws<ObjectDisposedException>(() => new Iterator(native.Database, reads, family));
        Assert.Throws<ObjectDisposedException>(() => new Snapshot(native.Database));
        Assert.Throws<ObjectDisposedException>(() => native.Database.Write(batch, writes));
        Assert.Throws<ObjectDisposedException>(() => native.Database.Get(family, reads, "a"u8).Dispose());
        Assert.Throws<ObjectDisposedException>(() => batch.Put(family, "a"u8, "1"u8));
    }

    [Fact]
    public async Task Dispose_WhileManyThreadsReadAndWalk_EndsEachInAnException()
    {
        for (var round = 0; round < 8; round++)
        {
            using var native = new NativeDatabase();
            native.Put("a", "1");
            native.Put("b", "2");
            var family = native.Family;
            using var started = new CountdownEvent(4);
            var threads = Enumerable.Range(0, 4).Select(number => Task.Factory.StartNew(
                () =>
                {
                    using var reads = new ReadOptions();
                    for (var i = 0; ; i++)
                    {
                        if (i == 20)
                        {
                            started.Signal();
                        }

                        switch ((i + number) % 3)
                        {
                            case 0:
                                using (var iterator = new Iterator(native.Database, reads, family))
                                {
                                    Assert.True(iterator.First() && iterator.Next());
                                }

                                break;
                            case 1:
                                using (var snapshot = new Snapshot(native.Database))
                                using (var atSnapshot = new ReadOptions(snapshot: snapshot))
                                using (var value = native.Database.Get(family, atSnapshot, "a"u8))
                                {
                                    Assert.Equal(1, value.Bytes.Length);
                                }

                                break;
                            default:
                                native.Database.MultiGet(family, reads, "ab"u8, [1, 2], 0, static (_, _, isThere, value) => Assert.True(isThere && value.Length == 1));
                                break;
                        }
                    }
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
            started.Wait(TimeSpan.FromSeconds(20));

            native.Database.Dispose();

            foreach (var thread in threads)
            {
                await Assert.ThrowsAsync<ObjectDisposedException>(() => thread.WaitAsync(TimeSpan.FromSeconds(20)));
            }

            await native.Database.Closing.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public void NothingIsDisposedOf_FinalizersFreeIt_InAnyOrder()
    {
        using var folder = new RocksDbFolder();
        for (var round = 0; round < 8; round++)
        {
            var path = Path.Combine(folder.Root, $"{round}");
            Forget(path);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        // Whoever still had it open would hold its lock.
        using var options = new DatabaseOptions("create_if_missing=false");
        for (var round = 0; round < 7; round++)
        {
            Database.Open(Path.Combine(folder.Root, $"{round}"), options, [("default", options)], isReadOnly: false).Dispose();
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Forget(string path)
    {
        var filter = new CompactionFilter(new Keeper());
        var options = new DatabaseOptions("create_if_missing=true");
        options.UseFilter(filter);
        var database = Database.Open(path, options, [("default", options)], isReadOnly: false);
        var writes = new WriteOptions(sync: false);
        database.Put(database.Families[0], writes, "a"u8, "1"u8);
        var snapshot = new Snapshot(database);
        var reads = new ReadOptions("b"u8, snapshot);
        Assert.True(new Iterator(database, reads, database.Families[0]).First());
    }

    private sealed class Keeper : ICompactionTarget
    {
        public bool IsOver(ReadOnlySpan<byte> value) => false;
    }
}
