using Sira.Simulation.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Layers;
using Sira.Storage.Tests.Support;
using Sira.Testing.Telemetry;

namespace Sira.Storage.Tests.Layers;

/// <summary>An engine below that fails or is slow.</summary>
public sealed class LayeredStaleTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("things", "a");
    private static readonly StoreKey Strict = new("strict", "a");

    private readonly VirtualTimeProvider time = new();
    private readonly ListLogger log = new();
    private readonly MemoryEngine memory;
    private readonly ScriptedEngine lower;
    private readonly LayeredEngine engine;

    public LayeredStaleTests()
    {
        memory = new MemoryEngine(new MemoryEngineOptions { Name = Guid.NewGuid().ToString("N") }, time);
        lower = new ScriptedEngine(memory, without: StorageFeatures.ChangeFeed, with: StorageFeatures.Shared);
        var options = new LayerOptions
        {
            MaximumAgeWithoutFeed = TimeSpan.FromSeconds(1),
            StaleReads = new Dictionary<string, StaleReadOptions> { ["things"] = new() { MaximumStale = TimeSpan.FromMinutes(1), SoftTimeout = TimeSpan.FromSeconds(2) } },
        };
        engine = new LayeredEngine(lower, options, time, log);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task LowerFails_ServesTheCopy_SaysSoOnce_AndStopsWhenItIsTooOld()
    {
        using var metrics = new MetricCollector("sira.storage.engine", memory.Name);
        await FillAsync();
        Fail(StorageErrorKind.Unavailable);

        time.Advance(TimeSpan.FromSeconds(30));
        var read = await engine.ReadAsync(Key);
        Assert.Equal((ReadSource.Stale, "1", TimeSpan.FromSeconds(30)), (read.Source, Texts.Text(read.Entry!.Value.Value), read.Age));
        Assert.Equal("1", await engine.Store.ReadAsync(Key));
        Assert.Equal((2, 1), (metrics.Of("sira.storage.cache.stale").Count, log.Ids.Count(static id => id == 2013)));

        time.Advance(TimeSpan.FromSeconds(30.001));
        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key));

        lower.Before = static (_, _) => Task.CompletedTask;
        Assert.Equal("1", await engine.Store.ReadAsync(Key));
        Assert.Contains(2014, log.Ids);
    }

    [Fact]
    public async Task LowerFails_NamespaceIsNotNamed_Throws()
    {
        await FillAsync();
        Fail(StorageErrorKind.Unavailable);
        time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Strict));
    }

    [Theory]
    [InlineData(StorageErrorKind.Corrupt)]
    [InlineData(StorageErrorKind.Denied)]
    public async Task LowerFails_ForGood_IsNotHidden(StorageErrorKind kind)
    {
        await FillAsync();
        Fail(kind);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(kind, (await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key))).Kind);
    }

    [Fact]
    public async Task LowerFails_AfterOwnWrite_NothingOlderIsServed()
    {
        await FillAsync();
        lower.Before = static (name, _) => name == "get" ? Task.FromException(new StorageException(StorageErrorKind.Unavailable, "x", "Down.")) : Task.CompletedTask;
        await engine.Store.PutAsync(Key, Texts.Bytes("2"), new() { TimeToLive = TimeSpan.FromHours(1) });

        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key));
    }

    [Fact]
    public async Task LowerFails_CopyHasExpired_IsNotServed()
    {
        await memory.Store.PutAsync(Key, Texts.Bytes("1"), new() { TimeToLive = TimeSpan.FromSeconds(5) });
        await engine.Store.GetAsync(Key);
        Fail(StorageErrorKind.Timeout);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("1", await engine.Store.ReadAsync(Key));
        time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key));
    }

    [Fact]
    public async Task LowerIsSlow_ServesTheCopy_AndRefreshesInTheBackground()
    {
        await FillAsync();
        var release = new TaskCompletionSource();
        lower.After = (_, _) => release.Task;
        time.Advance(TimeSpan.FromSeconds(1));
        await memory.Store.PutAsync(Key, Texts.Bytes("2"));

        var reading = engine.ReadAsync(Key).AsTask();
        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(ReadSource.Stale, (await reading).Source);

        var calls = lower.Calls;
        release.SetResult();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("2", Texts.Text((await engine.Store.GetAsync(Key, patience.Token))!.Value.Value));
        Assert.InRange(lower.Calls - calls, 0, 1);
    }

    private async Task FillAsync()
    {
        await memory.Store.PutAsync(Key, Texts.Bytes("1"));
        await memory.Store.PutAsync(Strict, Texts.Bytes("1"));
        await engine.Store.GetAsync(Key);
        await engine.Store.GetAsync(Strict);
    }

    private void Fail(StorageErrorKind kind) => lower.Before = (_, _) => Task.FromException(new StorageException(kind, "x", "Down."));
}
