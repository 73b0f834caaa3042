using Sira.Simulation.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Layers;
using Sira.Storage.Tests.Support;
using Sira.Testing.Telemetry;

namespace Sira.Storage.Tests.Layers;

public sealed class LayeredReadTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("things", "a", "tenant");

    private readonly VirtualTimeProvider time = new();
    private readonly MemoryEngine memory;
    private readonly ScriptedEngine lower;
    private LayeredEngine? engine;

    public LayeredReadTests()
    {
        memory = new MemoryEngine(new MemoryEngineOptions { Name = Guid.NewGuid().ToString("N") }, time);
        lower = new ScriptedEngine(memory);
    }

    private LayeredEngine Engine => engine ??= new LayeredEngine(lower, new LayerOptions(), time);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    [Fact]
    public async Task GetAsync_Twice_AsksBelowOnce_AndCounts()
    {
        using var metrics = new MetricCollector("sira.storage.engine", memory.Name);
        await memory.Store.PutAsync(Key, Texts.Bytes("1"));

        Assert.Equal(("1", "1", "1"), (await Engine.Store.ReadAsync(Key), await Engine.Store.ReadAsync(Key), await Engine.Store.ReadAsync(Key)));

        Assert.Equal((1, 1, 2), (lower.Calls, metrics.Of("sira.storage.cache.misses").Count, metrics.Of("sira.storage.cache.hits").Count));
        Assert.Equal(ReadSource.Cache, (await Engine.ReadAsync(Key)).Source);
    }

    [Fact]
    public async Task GetAsync_ManyAtOnce_OneReadBelow_AndOneWhoLeavesHarmsNobody()
    {
        var release = new TaskCompletionSource();
        await memory.Store.PutAsync(Key, Texts.Bytes("1"));
        lower.Before = (_, _) => release.Task;
        using var impatient = new CancellationTokenSource();

        // The first, who has begun the read, is the one who leaves.
        var first = Engine.Store.GetAsync(Key, impatient.Token).AsTask();
        var others = Enumerable.Range(0, 50).Select(_ => Engine.Store.ReadAsync(Key)).ToArray();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.SetResult();

        Assert.All(await Task.WhenAll(others), static text => Assert.Equal("1", text));
        Assert.Equal(1, lower.Calls);
    }

    [Fact]
    public async Task GetAsync_AllHaveLeft_TheReadBelowIsGivenUp()
    {
        CancellationToken seen = default;
        var engine = new LayeredEngine(new TokenEngine(memory, token => seen = token), time: time);
        using var source = new CancellationTokenSource();

        var reads = Enumerable.Range(0, 3).Select(_ => engine.Store.GetAsync(Key, source.Token).AsTask()).ToArray();
        Assert.False(seen.IsCancellationRequested);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(reads));
        Assert.True(seen.IsCancellationRequested);
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task GetAsync_LowerFails_EverybodyIsTold_AndTheNextAsksAgain()
    {
        var release = new TaskCompletionSource();
        lower.Before = (_, _) => release.Task;
        var reads = Enumerable.Range(0, 3).Select(_ => Engine.Store.GetAsync(Key).AsTask()).ToArray();
        release.SetException(new StorageException(StorageErrorKind.Unavailable, "x", "Down."));

        foreach (var read in reads)
        {
            await Assert.ThrowsAsync<StorageException>(() => read);
        }

        lower.Before = static (_, _) => Task.CompletedTask;
        Assert.Null(await Engine.Store.ReadAsync(Key));
        Assert.Equal(2, lower.Calls);
    }

    [Fact]
    public async Task GetAsync_NoValue_IsRememberedOnlyIfAsked_AndNoLongerThanAsked()
    {
        await Engine.Store.GetAsync(Key);
        await Engine.Store.GetAsync(Key);
        Assert.Equal(2, lower.Calls);

        await using var absent = new LayeredEngine(lower, new LayerOptions { MaximumAbsentAge = TimeSpan.FromSeconds(2) }, time, leaveOpen: true);
        await absent.Store.GetAsync(Key);
        await absent.Store.GetAsync(Key);
        Assert.Equal(3, lower.Calls);
        time.Advance(TimeSpan.FromSeconds(2));
        await absent.Store.GetAsync(Key);
        Assert.Equal(4, lower.Calls);
    }

    [Fact]
    public async Task GetAsync_ValueExpires_IsGoneAtOnce_AlsoForWhoJoinedItsRead()
    {
        await memory.Store.PutAsync(Key, Texts.Bytes("1"), new() { TimeToLive = TimeSpan.FromSeconds(10) });
        Assert.Equal("1", await Engine.Store.ReadAsync(Key));
        time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Equal(("1", 1), (await Engine.Store.ReadAsync(Key), lower.Calls));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await Engine.Store.ReadAsync(Key));

        var release = new TaskCompletionSource();
        await memory.Store.PutAsync(Key, Texts.Bytes("2"), new() { TimeToLive = TimeSpan.FromSeconds(10) });
        lower.After = (_, _) => release.Task;
        var reading = Engine.Store.ReadAsync(Key);
        time.Advance(TimeSpan.FromSeconds(10));
        release.SetResult();
        Assert.Null(await reading);
    }

    [Fact]
    public async Task GetAsync_SharedWithoutFeed_IsReadAgainAfterItsAge_CountedFromTheBeginningOfTheRead()
    {
        var shared = new ScriptedEngine(memory, without: StorageFeatures.ChangeFeed, with: StorageFeatures.Shared);
        await using var layered = new LayeredEngine(shared, new LayerOptions { MaximumAgeWithoutFeed = TimeSpan.FromSeconds(3), MaximumAge = TimeSpan.FromHours(1) }, time, leaveOpen: true);
        await memory.Store.PutAsync(Key, Texts.Bytes("1"));
        shared.After = (_, _) =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.CompletedTask;
        };
        Assert.Equal("1", await layered.Store.ReadAsync(Key));

        await memory.Store.PutAsync(Key, Texts.Bytes("2"));
        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal("1", await layered.Store.ReadAsync(Key));
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("2", await layered.Store.ReadAsync(Key));
    }

    [Fact]
    public async Task GetAsync_MoreThanFits_IsEvicted_AndNeverTakesMoreThanAllowed()
    {
        using var metrics = new MetricCollector("sira.storage.engine", memory.Name);
        await using var layered = new LayeredEngine(lower, new LayerOptions { MaximumBytes = 20_000, MaximumValueBytes = 5_000 }, time, leaveOpen: true);
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            var key = Key with { Name = $"{random.Next(100)}" };
            if (random.Next(3) == 0)
            {
                await layered.Store.PutAsync(key, new byte[random.Next(6_000)]);
            }

            Assert.Equal((await memory.Store.GetAsync(key))?.Value.Length, (await layered.Store.GetAsync(key))?.Value.Length);
            Assert.InRange(layered.CachedBytes, 0, 20_000);
        }

        Assert.NotEmpty(metrics.Of("sira.storage.cache.evictions"));
        Assert.NotEmpty(metrics.Of("sira.storage.cache.hits"));
    }

    [Fact]
    public async Task DisposeAsync_ReadUnderWay_IsGivenUp()
    {
        var engine = new LayeredEngine(new TokenEngine(memory, static _ => { }), time: time);
        var reading = engine.Store.GetAsync(Key).AsTask();

        await engine.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(StorageErrorKind.Closed, (await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key))).Kind);
    }
}
