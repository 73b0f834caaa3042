using Sira.Simulation.Time;
using Sira.Storage.Changes;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Layers;
using Sira.Storage.Tests.Support;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Layers;

/// <summary>Copies stay right whoever writes, and whatever becomes of the feed.</summary>
public sealed class LayeredChangeTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("things", "a");

    private readonly VirtualTimeProvider time = new();
    private readonly ListLogger log = new();
    private readonly MemoryEngine memory;
    private readonly ScriptedEngine lower;
    private readonly LayeredEngine engine;
    private ChangeQueue? feed;

    public LayeredChangeTests()
    {
        memory = new MemoryEngine(time: time);

        // A feed of the test's own: what it brings is dealt with when Bring returns, as the queue's reader goes on at once.
        lower = new ScriptedEngine(memory) { Subscribe = (_, _) => ValueTask.FromResult<IChangeSubscription>(feed = new ChangeQueue(static _ => { })) };
        engine = new LayeredEngine(lower, new LayerOptions { FeedRetryDelay = TimeSpan.FromSeconds(1), MaximumAbsentAge = TimeSpan.FromHours(1) }, time, log);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Change_BySomebodyElse_TheCopyGoes_OthersStay()
    {
        await memory.Store.PutAsync(Key with { Name = "b" }, Texts.Bytes("b"));
        await engine.Store.PutAsync(Key, Texts.Bytes("1"));
        await engine.Store.GetAsync(Key);
        await engine.Store.GetAsync(Key with { Name = "b" });

        var tag = (await memory.Store.PutAsync(Key, Texts.Bytes("2"))).ETag;
        feed!.Bring(new StoreChange(ChangeKind.Put, Key, tag));

        await UntilAsync(async () => await engine.Store.ReadAsync(Key) == "2");
        Assert.Equal(ReadSource.Cache, (await engine.ReadAsync(Key with { Name = "b" })).Source);
    }

    [Fact]
    public async Task Change_ThatThisCacheMade_EvictsNothing()
    {
        await engine.Store.GetAsync(Key);
        var tags = new List<ETag>();
        for (var i = 0; i < 20; i++)
        {
            tags.Add((await engine.Store.PutAsync(Key, Texts.Bytes($"{i}"))).ETag);
        }

        // All of them come back late, the older ones long after they were replaced; then something that tells that they were dealt with.
        tags.ForEach(tag => feed!.Bring(new StoreChange(ChangeKind.Put, Key, tag)));
        await SettleAsync();

        var read = await engine.ReadAsync(Key);
        Assert.Equal((ReadSource.Cache, "19"), (read.Source, Texts.Text(read.Entry!.Value.Value)));
    }

    [Fact]
    public async Task Change_WhileItIsRead_TheReadIsNotKept()
    {
        await memory.Store.PutAsync(Key, Texts.Bytes("1"));
        await engine.Store.GetAsync(Key with { Name = "warm" });
        var release = new TaskCompletionSource();
        lower.After = (_, _) => release.Task;
        var reading = engine.Store.ReadAsync(Key);
        lower.After = static (_, _) => Task.CompletedTask;

        feed!.Bring(new StoreChange(ChangeKind.Put, Key, (await memory.Store.PutAsync(Key, Texts.Bytes("2"))).ETag));
        await SettleAsync();
        release.SetResult();

        Assert.Equal(("1", "2"), (await reading, await engine.Store.ReadAsync(Key)));
    }

    [Fact]
    public async Task Write_WhileItIsRead_TheReadIsNeitherKeptNorJoined()
    {
        await memory.Store.PutAsync(Key, Texts.Bytes("1"));
        await engine.Store.GetAsync(Key with { Name = "warm" });
        var release = new TaskCompletionSource();
        lower.After = (name, _) => name == "get" ? release.Task : Task.CompletedTask;
        var reading = engine.Store.ReadAsync(Key);
        lower.After = static (_, _) => Task.CompletedTask;

        await engine.Store.PutAsync(Key, Texts.Bytes("2"), new() { TimeToLive = TimeSpan.FromHours(1) });
        Assert.Equal("2", await engine.Store.ReadAsync(Key));
        release.SetResult();

        Assert.Equal(("1", "2"), (await reading, await engine.Store.ReadAsync(Key)));
    }

    [Fact]
    public async Task Write_WhoseResultComesBehindAnothersChange_IsNotKept()
    {
        await engine.Store.GetAsync(Key);
        var release = new TaskCompletionSource();
        lower.After = (name, _) => name == "put" ? release.Task : Task.CompletedTask;
        var writing = engine.Store.PutAsync(Key, Texts.Bytes("ours")).AsTask();
        lower.After = static (_, _) => Task.CompletedTask;

        feed!.Bring(new StoreChange(ChangeKind.Put, Key, (await memory.Store.GetAsync(Key))!.Value.ETag));
        feed.Bring(new StoreChange(ChangeKind.Put, Key, (await memory.Store.PutAsync(Key, Texts.Bytes("theirs"))).ETag));
        await SettleAsync();
        release.SetResult();
        Assert.True((await writing).IsDone);

        Assert.Equal("theirs", await engine.Store.ReadAsync(Key));
    }

    [Fact]
    public async Task Write_ThatBeganBeforeItsChangesWereToldOf_IsNotKept()
    {
        var (listening, release) = (new TaskCompletionSource<IChangeSubscription>(), new TaskCompletionSource());
        lower.Subscribe = async (_, _) => await listening.Task;
        await engine.Store.GetAsync(Key);
        lower.After = (name, _) => name == "put" ? release.Task : Task.CompletedTask;
        var writing = engine.Store.PutAsync(Key, Texts.Bytes("ours")).AsTask();

        // Nobody is told of this, because nobody listens yet.
        await memory.Store.PutAsync(Key, Texts.Bytes("theirs"));
        listening.SetResult(new ChangeQueue(static _ => { }));
        release.SetResult();
        await writing;

        Assert.Equal("theirs", await engine.Store.ReadAsync(Key));
        Assert.Equal(ReadSource.Cache, (await engine.ReadAsync(Key)).Source);
    }

    [Fact]
    public async Task Write_OfUnknownOutcome_NothingIsKept_UntilItCanNoLongerComeTrue()
    {
        await engine.Store.PutAsync(Key, Texts.Bytes("1"));
        await engine.Store.GetAsync(Key);
        lower.Before = static (name, _) => name == "put" ? Task.FromException(new StorageException(StorageErrorKind.Timeout, "memory", "Late.") { IsUncertain = true }) : Task.CompletedTask;
        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, Texts.Bytes("2")));
        Assert.Equal("1", await engine.Store.ReadAsync(Key));

        // It comes true now, and nobody tells of it.
        await memory.Store.PutAsync(Key, Texts.Bytes("2"));
        Assert.Equal("2", await engine.Store.ReadAsync(Key));
        Assert.Equal(ReadSource.Engine, (await engine.ReadAsync(Key)).Source);

        time.Advance(TimeSpan.FromSeconds(5));
        await engine.Store.GetAsync(Key);
        Assert.Equal(ReadSource.Cache, (await engine.ReadAsync(Key)).Source);
    }

    [Fact]
    public async Task Missed_EverythingOfThePartitionIsReadAgain()
    {
        await engine.Store.GetAsync(Key);
        for (var i = 0; i < 10; i++)
        {
            await engine.Store.PutAsync(Key with { Name = $"{i}" }, Texts.Bytes("1"));
            await memory.Store.PutAsync(Key with { Name = $"{i}" }, Texts.Bytes("2"));
        }

        Assert.Equal("1", await engine.Store.ReadAsync(Key with { Name = "3" }));
        feed!.Bring(new StoreChange(ChangeKind.Missed, default, default));

        await UntilAsync(() => Task.FromResult(log.Ids.Contains(2012)));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("2", await engine.Store.ReadAsync(Key with { Name = $"{i}" }));
        }
    }

    [Fact]
    public async Task Feed_Lost_ReadsGoBelow_UntilItIsBack()
    {
        await engine.Store.GetAsync(Key);
        await engine.Store.PutAsync(Key, Texts.Bytes("1"));
        Assert.Equal(ReadSource.Cache, (await engine.ReadAsync(Key)).Source);

        feed!.Close();
        await UntilAsync(() => Task.FromResult(log.Ids.Contains(2010)));
        await memory.Store.PutAsync(Key, Texts.Bytes("2"));
        Assert.Equal("2", await engine.Store.ReadAsync(Key));
        Assert.Equal(ReadSource.Engine, (await engine.ReadAsync(Key)).Source);

        time.Advance(TimeSpan.FromSeconds(1));
        await engine.Store.GetAsync(Key);
        Assert.Contains(2011, log.Ids);
        Assert.Equal(ReadSource.Cache, (await engine.ReadAsync(Key)).Source);
    }

    [Fact]
    public async Task Subscriber_WhoIsTold_AndReads_SeesTheChange()
    {
        await using var plain = new MemoryEngine();
        await using var layered = new LayeredEngine(plain, leaveOpen: true);
        await layered.Store.GetAsync(Key);
        await using var subscription = await layered.Changes!.SubscribeAsync(Key.Partition);
        await using var changes = subscription.GetAsyncEnumerator();
        for (var i = 0; i < 300; i++)
        {
            await layered.Store.GetAsync(Key);
            await plain.Store.PutAsync(Key, Texts.Bytes($"{i}"));

            Assert.True(await changes.MoveNextAsync());
            Assert.Equal($"{i}", await layered.Store.ReadAsync(Key));
        }
    }

    [Fact]
    public async Task Partitions_MoreThanAreKept_TheLeastUsedMakesRoom()
    {
        await using var layered = new LayeredEngine(memory, new LayerOptions { MaximumPartitions = 2 }, time, leaveOpen: true);
        var keys = Enumerable.Range(0, 4).Select(i => new StoreKey("things", "a", $"tenant {i}")).ToArray();
        foreach (var key in keys)
        {
            await memory.Store.PutAsync(key, Texts.Bytes("1"));
            await layered.Store.GetAsync(key);
        }

        await memory.Store.PutAsync(keys[0], Texts.Bytes("2"));

        Assert.Equal("2", await layered.Store.ReadAsync(keys[0]));
        Assert.Equal("1", await layered.Store.ReadAsync(keys[3]));
    }

    [Fact]
    public async Task Condition_IsDecidedBelow_ThoughTheCopyIsOld()
    {
        await engine.Store.GetAsync(Key);
        var tag = (await engine.Store.PutAsync(Key, Texts.Bytes("1"))).ETag;
        await memory.Store.PutAsync(Key, Texts.Bytes("2"));
        Assert.Equal("1", await engine.Store.ReadAsync(Key));

        Assert.False((await engine.Store.PutAsync(Key, Texts.Bytes("3"), new(WriteCondition.Unchanged(tag)))).IsDone);

        // Who was refused reads anew, and not again what he was refused for.
        Assert.Equal("2", await engine.Store.ReadAsync(Key));
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await holds())
        {
            await Task.Delay(1, patience.Token);
        }
    }

    // The changes of the queue come in their order: when the last has had its effect, the others have had theirs.
    private async Task SettleAsync()
    {
        var probe = Key with { Name = "settle" };
        await engine.Store.PutAsync(probe, Texts.Bytes("1"));
        await engine.Store.GetAsync(probe);
        Assert.Equal(ReadSource.Cache, (await engine.ReadAsync(probe)).Source);
        feed!.Bring(new StoreChange(ChangeKind.Put, probe, new ETag("somebody else's")));
        var before = lower.Calls;
        await UntilAsync(async () =>
        {
            await engine.Store.GetAsync(probe);
            return lower.Calls > before;
        });
    }
}
