using Sira.Simulation.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;
using Sira.Storage.Tests.Support;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.LargeValues;

public sealed class LargeValueTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("notes", "a", "acme");

    private readonly VirtualTimeProvider clock = new();
    private readonly ScriptedEngine main;
    private readonly MemoryEngine large;
    private readonly LargeValueEngine engine;

    public LargeValueTests()
    {
        (main, large) = (new ScriptedEngine(new MemoryEngine(time: clock)), new MemoryEngine(new MemoryEngineOptions { Name = "blobs" }, clock));
        engine = With(new LargeValueOptions { Over = 100, Namespaces = ["notes", "sess*"] });
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Theory]
    [InlineData("notes", 100, false)]
    [InlineData("notes", 101, true)]
    [InlineData("sessions", 101, true)]
    [InlineData("cache", 5000, false)]
    public async Task PutAsync_ByLengthAndNamespace_GoesWhereItBelongs(string @namespace, int length, bool isLarge)
    {
        var written = await engine.Store.PutAsync(Key with { Namespace = @namespace }, new byte[length]);

        Assert.Equal(isLarge, (await SplitEngines.LargeAsync(large)).Count == 1);
        Assert.Equal(isLarge ? 41 : length, (await main.Store.GetAsync(Key with { Namespace = @namespace }))!.Value.Value.Length);
        var read = (await engine.Store.GetAsync(Key with { Namespace = @namespace }))!.Value;
        Assert.Equal((length, written.ETag), (read.Value.Length, read.ETag));
    }

    [Fact]
    public async Task ReplacedOrDeleted_InEveryWay_LeavesNothingBehind()
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        await engine.Store.PutAsync(Key, new byte[2000]);
        Assert.Single(await SplitEngines.LargeAsync(large));
        await engine.Store.PutAsync(Key, new byte[1]);
        Assert.Empty(await SplitEngines.LargeAsync(large));
        var tag = (await engine.Store.PutAsync(Key, new byte[1000])).ETag;
        Assert.True((await engine.Store.DeleteAsync(Key, new(WriteCondition.Unchanged(tag)))).IsDone);
        Assert.Empty(await SplitEngines.LargeAsync(large));
        await engine.Store.WriteAsync(new StoreBatch().Put(Key, new byte[1000]).Put(Key with { Name = "b" }, new byte[1000]).Put(Key with { Name = "c" }, new byte[1]));
        Assert.Equal(2, (await SplitEngines.LargeAsync(large)).Count);
        await engine.Store.WriteAsync(new StoreBatch().Put(Key, new byte[3000]).Delete(Key with { Name = "b" }));
        Assert.Equal(["a"], await SplitEngines.LargeAsync(large));
    }

    [Fact]
    public async Task Refused_ByItsCondition_LeavesTheValueAlone_AndNothingBehind()
    {
        var tag = (await engine.Store.PutAsync(Key, new byte[1000])).ETag;

        Assert.Equal(new WriteResult(IsDone: false, tag), await engine.Store.PutAsync(Key, new byte[2000], new(WriteCondition.Absent)));
        Assert.False((await engine.Store.DeleteAsync(Key, new(WriteCondition.Unchanged(new(999))))).IsDone);
        Assert.False((await engine.Store.WriteAsync(new StoreBatch().Put(Key with { Name = "b" }, new byte[2000]).Put(Key, new byte[2000], WriteCondition.Absent))).IsDone);

        Assert.Equal(["a"], await SplitEngines.LargeAsync(large));
        Assert.Equal(1000, (await engine.Store.GetAsync(Key))!.Value.Value.Length);
    }

    [Fact]
    public async Task Refused_BetweenLookingAndWriting_LeavesNothingBehind()
    {
        var isFirst = true;
        main.Before = async (call, _) =>
        {
            if (call == "put" && isFirst)
            {
                isFirst = false;
                await engine.Store.PutAsync(Key, new byte[3000]);
            }
        };
        await main.Store.GetAsync(Key);
        await engine.Store.PutAsync(Key with { Name = "owner is drawn" }, new byte[1000]);
        isFirst = true;

        Assert.False((await engine.Store.PutAsync(Key, new byte[1000], new(WriteCondition.Unchanged((await engine.Store.GetAsync(Key))!.Value.ETag)))).IsDone);

        Assert.Equal(["a", "owner is drawn"], (await SplitEngines.LargeAsync(large)).Order());
        Assert.Equal(3000, (await engine.Store.GetAsync(Key))!.Value.Value.Length);
    }

    [Fact]
    public async Task TimeToLive_TakesTheLargeValueAlong_ALittleLater()
    {
        await engine.Store.PutAsync(Key, new byte[1000], new() { TimeToLive = TimeSpan.FromMinutes(1) });
        await engine.Store.PutAsync(Key with { Name = "b" }, new byte[1000], new() { TimeToLive = TimeSpan.FromDays(36_525) });
        Assert.Equal(clock.GetUtcNow() + TimeSpan.FromMinutes(1), (await engine.Store.GetAsync(Key))!.Value.ExpiresAt);

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await engine.Store.GetAsync(Key));
        Assert.Equal(2, (await SplitEngines.LargeAsync(large)).Count);
        clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["b"], await SplitEngines.LargeAsync(large));
    }

    [Fact]
    public async Task Feed_TellsOfTheKey_WithItsTag_Once()
    {
        await using var changes = await engine.Changes!.SubscribeAsync(Key.Partition);
        var tag = (await engine.Store.PutAsync(Key, new byte[1000])).ETag;
        await engine.Store.DeleteAsync(Key);

        var told = new List<StoreChange>();
        await foreach (var change in changes)
        {
            told.Add(change);
            if (told.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([(ChangeKind.Put, Key, tag), (ChangeKind.Delete, Key, default)], told.Select(static change => (change.Kind, change.Key, change.ETag)));
    }

    [Fact]
    public async Task Events_StayInTheMainEngine()
    {
        await engine.Events!.AppendAsync(Key, ExpectedVersion.New, [new EventData("t", new byte[5000])]);
        await engine.Store.WriteAsync(new StoreBatch().Append(Key, ExpectedVersion.Of(1), [new EventData("t", new byte[5000])]).Put(Key, new byte[5000]));

        Assert.Equal(2, await main.Events!.GetVersionAsync(Key));
        Assert.Equal(["a"], await SplitEngines.LargeAsync(large));
    }

    [Fact]
    public async Task KeysWithoutRoom_StayInTheMainEngine()
    {
        var (name, @namespace) = (Key with { Name = new string('é', 500) }, Key with { Namespace = "sess" + new string('x', 60) });
        await engine.Store.PutAsync(name, new byte[1000]);
        await engine.Store.PutAsync(@namespace, new byte[1000]);

        Assert.Empty(await SplitEngines.LargeAsync(large));
        Assert.Equal((1000, 1000), ((await engine.Store.GetAsync(name))!.Value.Value.Length, (await engine.Store.GetAsync(@namespace))!.Value.Value.Length));
    }

    [Fact]
    public async Task ReadOnly_KeepsNoMoreElsewhere_AndReplacesWhatIsThere()
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        await engine.Store.PutAsync(Key with { Name = "b" }, new byte[1000]);
        var ending = With(new LargeValueOptions { Over = 100, ReadOnly = true });

        Assert.Equal(1000, (await ending.Store.GetAsync(Key))!.Value.Value.Length);
        await ending.Store.PutAsync(Key, new byte[2000]);

        Assert.Equal(["b"], await SplitEngines.LargeAsync(large));
        Assert.Equal(2000, (await main.Store.GetAsync(Key))!.Value.Value.Length);
    }

    [Fact]
    public async Task ScanAsync_PagesOfLargeValues_AreBounded_AndNothingIsLeftOut()
    {
        for (var i = 0; i < 30; i++)
        {
            await engine.Store.PutAsync(Key with { Name = $"{i:00}" }, new byte[4 << 20]);
        }

        var page = await engine.Store.ScanAsync(new StoreScan(Key.Partition));
        var rest = await engine.Store.ScanAsync(new StoreScan(Key.Partition) { After = page.Next });

        Assert.InRange(page.Items.Count, 17, 24);
        Assert.Equal(Enumerable.Range(0, 30).Select(static i => $"{i:00}"), page.Items.Concat(rest.Items).Select(static item => item.Name));
        Assert.Null(rest.Next);
        Assert.All((await engine.Store.ScanAsync(new StoreScan(Key.Partition) { KeysOnly = true })).Items, static item => Assert.True(item.Entry.Value.IsEmpty));
    }

    [Fact]
    public async Task ListPartitionsAsync_ShowsWhatCallersWrote_AndNotOurOwn()
    {
        await engine.Store.PutAsync(Key, new byte[1000]);

        var listed = new List<StorePartition>();
        await foreach (var partition in engine.ListPartitionsAsync())
        {
            listed.Add(partition);
        }

        Assert.Equal([Key.Partition], listed);
    }

    [Fact]
    public void Capabilities_AreThoseOfBoth()
    {
        var small = new ScriptedEngine(new MemoryEngine(), with: StorageFeatures.Shared);
        var split = new LargeValueEngine(small, large);

        Assert.False(split.Capabilities.Has(StorageFeatures.Shared));
        Assert.True(split.Capabilities.Has(StorageFeatures.GlobalOrder | StorageFeatures.AtomicAppend));
        Assert.Equal(small.Capabilities.MaximumValueLength - 9, split.Capabilities.MaximumValueLength);
    }

    private LargeValueEngine With(LargeValueOptions options) => new(main, large, options, clock);
}
