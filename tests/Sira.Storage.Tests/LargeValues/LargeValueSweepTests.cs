using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;
using Sira.Storage.Tests.Support;

namespace Sira.Storage.Tests.LargeValues;

public sealed class LargeValueSweepTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("notes", "a", "acme");

    private readonly VirtualTimeProvider clock = new();
    private readonly MemoryEngine large;
    private readonly ScriptedEngine one;
    private readonly LargeValueEngine engine;

    public LargeValueSweepTests()
    {
        (large, one) = (new MemoryEngine(new MemoryEngineOptions { Name = "blobs" }, clock), new ScriptedEngine(new MemoryEngine(time: clock)));
        engine = new LargeValueEngine(one, large, new LargeValueOptions { Over = 100 }, clock);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task SweepAsync_WriteThatIsUnderWay_IsLeftAlone_UntilItIsTooOld()
    {
        await LeaveOverAsync();

        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(new LargeValueSweep(0, 0, 0), await engine.SweepAsync());
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new LargeValueSweep(0, 1, 0), await engine.SweepAsync());
    }

    [Fact]
    public async Task SweepAsync_TwoMainEnginesShareThePlace_NeitherTouchesTheOthers()
    {
        await using var other = new LargeValueEngine(new MemoryEngine(time: clock), large, new LargeValueOptions { Over = 100 }, clock);
        await engine.Store.PutAsync(Key, new byte[200]);
        await other.Store.PutAsync(Key, new byte[300]);
        await LeaveOverAsync();
        clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(new LargeValueSweep(1, 0, 0), await other.SweepAsync());
        Assert.Equal(new LargeValueSweep(1, 1, 0), await engine.SweepAsync());

        Assert.Equal((200, 300), ((await engine.Store.GetAsync(Key))!.Value.Value.Length, (await other.Store.GetAsync(Key))!.Value.Value.Length));
    }

    [Fact]
    public async Task SweepAsync_WhatOthersKeepInTheSameEngine_StaysThere()
    {
        await engine.Store.PutAsync(Key, new byte[200]);
        StoreKey[] others = [Key, new("sira.large.notes", "somebody's", "acme"), new("sira.large.notes", $"a.{new string('z', 48)}", "acme"), new("sira.large", "x"), new("sira.large.", "x")];
        foreach (var key in others)
        {
            await large.Store.PutAsync(key, "1"u8.ToArray());
        }

        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(new LargeValueSweep(1, 0, 0), await engine.SweepAsync());

        foreach (var key in others)
        {
            Assert.NotNull(await large.Store.GetAsync(key));
        }
    }

    [Fact]
    public async Task SweepAsync_KeyThatCannotBeRead_KeepsItsLargeValue()
    {
        await engine.Store.PutAsync(Key, new byte[200]);
        clock.Advance(TimeSpan.FromHours(2));
        one.Before = (call, _) => call == "get" ? throw new StorageException(StorageErrorKind.Corrupt, "memory", "It is damaged.") : Task.CompletedTask;

        Assert.Equal(new LargeValueSweep(0, 0, 1), await engine.SweepAsync());
        one.Before = (call, _) => call == "get" ? throw new StorageException(StorageErrorKind.Unavailable, "memory", "It is away.") : Task.CompletedTask;
        await Assert.ThrowsAsync<StorageException>(async () => await engine.SweepAsync());
        one.Before = static (_, _) => Task.CompletedTask;

        Assert.Equal(200, (await engine.Store.GetAsync(Key))!.Value.Value.Length);
    }

    [Fact]
    public async Task SweepAsync_MoreThanAPage_OfSeveralTenants_LeavesWhatIsReferredTo()
    {
        for (var i = 0; i < 1200; i++)
        {
            await engine.Store.PutAsync(Key with { Name = $"{i}", Tenant = $"{i % 3}" }, new byte[200]);
            if (i % 2 == 0)
            {
                // Past the engine, so that nobody removes what it stands for.
                await one.Store.DeleteAsync(Key with { Name = $"{i}", Tenant = $"{i % 3}" });
            }
        }

        clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(new LargeValueSweep(600, 600, 0), await engine.SweepAsync());
        Assert.Equal(Enumerable.Range(0, 600).Select(static i => $"{(2 * i) + 1}").Order(), (await SplitEngines.LargeAsync(large)).Order());
    }

    [Fact]
    public async Task SweepAsync_NothingWasEverLarge_LooksAtNothing() => Assert.Equal(new LargeValueSweep(0, 0, 0), await engine.SweepAsync());

    private async Task LeaveOverAsync()
    {
        await engine.Store.PutAsync(Key with { Name = "left over" }, new byte[200]);

        // Past the engine, so that nobody removes what it stands for.
        await one.Store.DeleteAsync(Key with { Name = "left over" });
    }
}
