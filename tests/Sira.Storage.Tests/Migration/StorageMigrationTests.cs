using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Migration;
using Sira.Storage.Tests.Engines.Sqlite;
using Sira.Storage.Tests.Support;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Migration;

public sealed class StorageMigrationTests
{
    private const string Namespace = MigrationWorld.Namespace;
    private static readonly StoreKey Key = new(Namespace, "a");

    [Fact]
    public async Task RunAsync_MemoryToSqliteAndBack_BothTimesEverythingIsThere()
    {
        await using var file = new TemporaryFile();
        await using var first = new MemoryEngine();
        await using var sqlite = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        await using var last = new MemoryEngine();
        await MigrationWorld.FillAsync(first);
        var expected = await first.DumpAsync(Namespace);

        await using (var there = new MigratingEngine(first, sqlite, Namespace, new MigrationOptions { PageSize = 5 }, leaveOpen: true))
        {
            var phases = new List<MigrationPhase>();
            var end = await new StorageMigration(there).RunAsync(new Told(progress => phases.Add(progress.Phase)));

            Assert.Equal((MigrationPhase.CutOver, 0), (end.Phase, end.DifferenceCount));
            Assert.Equal(await CountAsync(first), (end.Partitions, end.Values, end.Streams));
            Assert.Equal([MigrationPhase.Backfill, MigrationPhase.Verify, MigrationPhase.CutOver], phases.Distinct());
            Assert.Equal(expected, await there.DumpAsync(Namespace));
            Assert.Equal("not moved", await there.Store.ReadAsync(new StoreKey("elsewhere", "a")));
        }

        Assert.Equal(expected, await sqlite.DumpAsync(Namespace));
        await using (var back = new MigratingEngine(sqlite, last, Namespace, leaveOpen: true))
        {
            await new StorageMigration(back).RunAsync();
        }

        Assert.Equal(expected, await last.DumpAsync(Namespace));
    }

    [Fact]
    public async Task RunAsync_TagOfBefore_IsRefusedBehindTheCutOver_AlsoWhereTheTargetHasTheSameNumber()
    {
        await using var source = new MemoryEngine();
        await using var target = new MemoryEngine();
        await using var engine = new MigratingEngine(source, target, Namespace);
        var tags = new List<ETag>();
        for (var i = 0; i < 50; i++)
        {
            tags.Add((await engine.Store.PutAsync(Key, Texts.Bytes("1"))).ETag);
        }

        await new StorageMigration(engine).RunAsync();
        var now = (await engine.Store.GetAsync(Key))!.Value.ETag;

        foreach (var tag in tags)
        {
            Assert.Equal(new WriteResult(IsDone: false, now), await engine.Store.PutAsync(Key, Texts.Bytes("2"), new(WriteCondition.Unchanged(tag))));
            Assert.Equal(0, (await engine.Store.WriteAsync(new StoreBatch().Check(Key, WriteCondition.Unchanged(tag)))).RefusedAt);
        }

        Assert.True((await engine.Store.PutAsync(Key, Texts.Bytes("2"), new(WriteCondition.Unchanged(now)))).IsDone);
    }

    [Fact]
    public async Task RunAsync_ValueExpires_InTheTargetNoLaterThanInTheSource()
    {
        var time = new VirtualTimeProvider();
        await using var source = new MemoryEngine(time: time);
        await using var inner = new MemoryEngine(time: time);
        var target = new ScriptedEngine(inner)
        {
            Before = (_, _) =>
            {
                time.Advance(TimeSpan.FromMilliseconds(7));
                return Task.CompletedTask;
            },
        };
        await using var engine = new MigratingEngine(source, target, Namespace, time: time);
        for (var i = 0; i < 40; i++)
        {
            await engine.Store.PutAsync(Key with { Name = $"{i:00}" }, Texts.Bytes("1"), new() { TimeToLive = TimeSpan.FromMilliseconds(10 + (i * 40)) });
        }

        var expiries = new Dictionary<string, DateTimeOffset>();
        foreach (var item in (await source.Store.ScanAsync(new StoreScan(Key.Partition))).Items)
        {
            expiries[item.Name] = item.Entry.ExpiresAt!.Value;
        }

        Assert.Equal(0, (await new StorageMigration(engine).RunAsync()).DifferenceCount);

        var left = (await inner.Store.ScanAsync(new StoreScan(Key.Partition))).Items;
        Assert.NotEmpty(left);
        Assert.All(left, item => Assert.InRange(item.Entry.ExpiresAt!.Value - expiries[item.Name], TimeSpan.FromMilliseconds(-1), TimeSpan.FromMilliseconds(20)));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty((await engine.Store.ScanAsync(new StoreScan(Key.Partition))).Items);
    }

    [Fact]
    public async Task RunAsync_SomethingIsInTheTarget_IsRefused_OrReplacedIfAsked()
    {
        await using var source = new MemoryEngine();
        await using var target = new MemoryEngine();
        await MigrationWorld.FillAsync(source);
        await target.Store.PutAsync(Key with { Name = "of another time" }, Texts.Bytes("1"));
        await target.Events!.AppendAsync(Key with { Name = "stream" }, ExpectedVersion.New, [Texts.Event("another")]);
        await target.Events.AppendAsync(Key with { Name = "of another time" }, ExpectedVersion.New, [Texts.Event("another")]);

        await using var careful = new MigratingEngine(source, target, Namespace, leaveOpen: true);
        var refused = await Assert.ThrowsAsync<MigrationException>(() => new StorageMigration(careful).RunAsync());
        Assert.Contains(nameof(MigrationOptions.ReplaceTarget), refused.Message, StringComparison.Ordinal);

        await using var replacing = new MigratingEngine(source, target, Namespace, new MigrationOptions { ReplaceTarget = true }, leaveOpen: true);
        await new StorageMigration(replacing).RunAsync();
        Assert.Equal(await source.DumpAsync(Namespace), await target.DumpAsync(Namespace));
    }

    [Fact]
    public async Task RunAsync_SomebodyWritesPastIt_IsListed_AndPutRight()
    {
        await using var source = new MemoryEngine();
        await using var target = new MemoryEngine();
        await MigrationWorld.FillAsync(source);
        await using var engine = new MigratingEngine(source, target, Namespace, new MigrationOptions { MaximumDifferences = 3 }, leaveOpen: true);
        var told = new Told(progress =>
        {
            if (progress is { Phase: MigrationPhase.Verify, Pass: 1, Partitions: 0 })
            {
                target.Store.PutAsync(Key, Texts.Bytes("too much")).AsTask().Wait();
                target.Store.DeleteAsync(Key with { Name = "empty" }).AsTask().Wait();
                target.Store.PutAsync(Key with { Name = "value 01 \uD83D\uDE00" }, Texts.Bytes("otherwise")).AsTask().Wait();
                target.Events!.DeleteAsync(Key with { Name = "stream" }).AsTask().Wait();
                source.Events!.AppendAsync(Key with { Name = "trimmed" }, ExpectedVersion.Any, [Texts.Event("past")]).AsTask().Wait();
            }
        });

        var end = await new StorageMigration(engine).RunAsync(told);

        Assert.Equal((5, 3), (end.DifferenceCount, end.Differences.Count));
        Assert.Equal(["not in the source", "missing in the target", "other bytes"], end.Differences.Select(static difference => difference.What).OrderBy(static what => what == "other bytes" ? 2 : what == "not in the source" ? 0 : 1));
        Assert.Equal(await source.DumpAsync(Namespace), await target.DumpAsync(Namespace));
    }

    [Fact]
    public async Task RunAsync_SomebodyWritesPastItAgainAndAgain_Stops_AndTheSourceStaysTheTruth()
    {
        await using var source = new MemoryEngine();
        await using var target = new MemoryEngine();
        await MigrationWorld.FillAsync(source);
        await using var engine = new MigratingEngine(source, target, Namespace);
        var number = 0;
        var told = new Told(progress =>
        {
            if (progress is { Phase: MigrationPhase.Verify, Partitions: 0 })
            {
                target.Store.PutAsync(Key, Texts.Bytes($"{number++}")).AsTask().Wait();
            }
        });

        var stopped = await Assert.ThrowsAsync<MigrationException>(() => new StorageMigration(engine).RunAsync(told));

        Assert.Equal((3, 3L), (stopped.Progress.Pass, stopped.Progress.DifferenceCount));
        Assert.Null(await engine.Store.GetAsync(Key));
    }

    [Fact]
    public async Task WriteAsync_BatchWithAnotherNamespace_IsRefused()
    {
        await using var engine = new MigratingEngine(new MemoryEngine(), new MemoryEngine(), Namespace);
        var batch = new StoreBatch().Put(Key, Texts.Bytes("1")).Put(new StoreKey("elsewhere", "a"), Texts.Bytes("1"));

        await Assert.ThrowsAsync<NotSupportedException>(async () => await engine.Store.WriteAsync(batch));
    }

    [Fact]
    public async Task SubscribeAsync_AcrossTheCutOver_TellsThatAllMayHaveChanged_AndGoesOnWithTheTarget()
    {
        await using var engine = new MigratingEngine(new MemoryEngine(), new MemoryEngine(), Namespace);
        await using var subscription = await engine.Changes!.SubscribeAsync(Key.Partition);
        await using var changes = subscription.GetAsyncEnumerator();
        var before = (await engine.Store.PutAsync(Key, Texts.Bytes("1"))).ETag;
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(before, changes.Current.ETag);

        var waiting = changes.MoveNextAsync().AsTask();
        await new StorageMigration(engine).RunAsync();
        var after = (await engine.Store.PutAsync(Key, Texts.Bytes("2"))).ETag;

        Assert.True(await waiting);
        Assert.Equal(Storage.Changes.ChangeKind.Missed, changes.Current.Kind);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(after, changes.Current.ETag);
    }

    private static async Task<(long Partitions, long Values, long Streams)> CountAsync(MemoryEngine engine)
    {
        var (partitions, values, streams) = (0L, 0L, 0L);
        await foreach (var partition in engine.ListPartitionsAsync(Namespace))
        {
            partitions++;
            values += (await engine.Store.ScanAsync(new StoreScan(partition) { PageSize = 1000 })).Items.Count;
            streams += (await engine.Events.ListAsync(new StoreScan(partition) { PageSize = 1000 })).Streams.Count;
        }

        return (partitions, values, streams);
    }
}
