using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;
using Sira.Storage.Tests.Support;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.LargeValues;

/// <summary>One engine fails, before a call or after it was made, and whoever looks afterwards finds what was promised.</summary>
public sealed class LargeValueFaultTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("notes", "a", "acme");

    private readonly VirtualTimeProvider clock = new();
    private readonly ScriptedEngine main;
    private readonly ScriptedEngine large;
    private readonly LargeValueEngine engine;

    public LargeValueFaultTests()
    {
        (main, large) = (new ScriptedEngine(new MemoryEngine(time: clock)), new ScriptedEngine(new MemoryEngine(new MemoryEngineOptions { Name = "blobs" }, clock)));
        engine = new LargeValueEngine(main, large, new LargeValueOptions { Over = 100 }, clock);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Put_LargeEngineFails_NothingHasChanged_AndThatIsCertain(bool wasMade)
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        Break(large, "put", wasMade);

        var thrown = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, new byte[2000]));

        Assert.Equal((StorageErrorKind.Unavailable, false), (thrown.Kind, thrown.IsUncertain));
        await HoldsAsync(1000, leftOver: wasMade ? 1 : 0);
    }

    [Fact]
    public async Task Put_MainEngineRefusesForCertain_TheLargeValueIsRemovedAtOnce()
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        Break(main, "put", wasMade: false);

        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, new byte[2000]));

        await HoldsAsync(1000, leftOver: 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Put_NobodyKnowsWhetherThePointerWasWritten_TheValueStays_AndTheOtherIsSwept(bool wasMade)
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        Break(main, "put", wasMade, isUncertain: true);

        Assert.True((await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, new byte[2000]))).IsUncertain);

        await HoldsAsync(wasMade ? 2000 : 1000, leftOver: 1);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("batch")]
    public async Task ProcessDies_BetweenValueAndPointer_OnlyTheValueIsLeft_AndSwept(string call)
    {
        await engine.Store.PutAsync(Key, new byte[1000]);

        // Like a process that dies, it has no chance to put things in order.
        main.Before = (name, _) => name == call ? throw new InvalidOperationException("Gone.") : Task.CompletedTask;
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await (call == "put"
            ? engine.Store.PutAsync(Key, new byte[2000]).AsTask()
            : (Task)engine.Store.WriteAsync(new StoreBatch().Put(Key, new byte[2000])).AsTask()));

        await HoldsAsync(1000, leftOver: 1);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("delete")]
    [InlineData("batch")]
    public async Task Replace_TheFormerCannotBeRemoved_TheWriteIsDone_AndItIsSwept(string call)
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        Break(large, "delete", wasMade: false);

        Assert.True(call switch
        {
            "put" => (await engine.Store.PutAsync(Key, new byte[10])).IsDone,
            "delete" => (await engine.Store.DeleteAsync(Key)).IsDone,
            _ => (await engine.Store.WriteAsync(new StoreBatch().Put(Key, new byte[10]))).IsDone,
        });

        await HoldsAsync(call == "delete" ? null : 10, leftOver: 1);
    }

    [Fact]
    public async Task Batch_LargeEngineFailsAtTheSecond_TheFirstIsRemoved_NothingIsMade()
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        var puts = 0;
        large.Before = (name, _) => name == "put" && ++puts == 2 ? throw new StorageException(StorageErrorKind.Full, "blobs", "There is no room.") : Task.CompletedTask;

        var thrown = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.WriteAsync(new StoreBatch().Put(Key, new byte[2000]).Put(Key with { Name = "b" }, new byte[2000])));

        Assert.Equal(StorageErrorKind.Full, thrown.Kind);
        Assert.Null(await engine.Store.GetAsync(Key with { Name = "b" }));
        await HoldsAsync(1000, leftOver: 0);
    }

    [Fact]
    public async Task Read_TheLargeEngineFails_SaysWhich_SmallValuesAreReadAllTheSame()
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        await engine.Store.PutAsync(Key with { Name = "b" }, new byte[10]);
        Break(large, "get", wasMade: false);

        Assert.Equal("blobs", (await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key))).Engine);
        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.ScanAsync(new StoreScan(Key.Partition)));
        Assert.NotNull(await engine.Store.GetAsync(Key with { Name = "b" }));
    }

    [Fact]
    public async Task Read_TheLargeValueIsLost_IsCorrupt_AndCanBeDeleted()
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        await foreach (var partition in large.ListPartitionsAsync())
        {
            foreach (var item in (await large.Store.ScanAsync(new StoreScan(partition))).Items)
            {
                await large.Store.DeleteAsync(partition.Key(item.Name));
            }
        }

        var thrown = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key));

        Assert.Equal(StorageErrorKind.Corrupt, thrown.Kind);
        Assert.Contains("is not in 'blobs', where 'memory' says that it is", thrown.Message, StringComparison.Ordinal);
        Assert.True((await engine.Store.DeleteAsync(Key)).IsDone);
        await HoldsAsync(null, leftOver: 0);
    }

    [Fact]
    public async Task Write_ThatTakesTooLong_IsGivenUp_BeforeASweepCouldTakeItForLeftOver()
    {
        await engine.Store.PutAsync(Key, new byte[1000]);
        large.After = (name, _) =>
        {
            clock.Advance(name == "put" ? TimeSpan.FromMinutes(31) : TimeSpan.Zero);
            return Task.CompletedTask;
        };

        var thrown = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, new byte[2000]));

        Assert.Equal((StorageErrorKind.Timeout, false), (thrown.Kind, thrown.IsUncertain));
        await HoldsAsync(1000, leftOver: 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task AnyCallFails_BeforeOrAfterItWasMade_NothingAcknowledgedIsLost_AndASweepLeavesWhatIsReferredTo(int seed)
    {
        var (random, faults) = (new Random(seed), new Random(seed * 31));
        var isBroken = false;
        foreach (var part in (ScriptedEngine[])[main, large])
        {
            part.Before = (_, _) => isBroken && faults.Next(8) == 0 ? throw new StorageException(StorageErrorKind.Unavailable, "x", "It is away.") : Task.CompletedTask;
            part.After = (_, _) => isBroken && faults.Next(8) == 0 ? throw new StorageException(StorageErrorKind.Timeout, "x", "It did it, and could not say so.") { IsUncertain = true } : Task.CompletedTask;
        }

        // What may stand under each key: one value, or several where nobody knows.
        var model = new Dictionary<string, HashSet<int>>();
        for (var step = 0; step < 400; step++)
        {
            var name = $"{random.Next(5)}";
            var known = model.TryGetValue(name, out var held) ? held : model[name] = [0];
            var length = random.Next(3) switch { 0 => 0, 1 => random.Next(1, 100), _ => random.Next(101, 5000) };
            isBroken = true;
            try
            {
                var key = Key with { Name = name };
                var isDone = length == 0 ? await DeleteAsync(key) : random.Next(3) == 0 ? (await engine.Store.WriteAsync(new StoreBatch().Put(key, new byte[length]))).IsDone : (await engine.Store.PutAsync(key, new byte[length])).IsDone;
                Assert.True(isDone);
                model[name] = [length];
            }
            catch (StorageException exception)
            {
                if (exception.IsUncertain)
                {
                    known.Add(length);
                }
            }

            isBroken = false;
            var found = (await engine.Store.GetAsync(Key with { Name = name }))?.Value.Length ?? 0;
            Assert.True(model[name].Contains(found), $"seed {seed}, step {step}: {found} is none of {string.Join(", ", model[name])}.");
            model[name] = [found];
        }

        clock.Advance(TimeSpan.FromHours(2));
        await engine.SweepAsync();

        Assert.Equal(model.Where(static one => one.Value.Single() > 100).Select(static one => one.Key).Order(), (await SplitEngines.LargeAsync(large)).Order());
        foreach (var (name, lengths) in model)
        {
            Assert.Equal(lengths.Single(), (await engine.Store.GetAsync(Key with { Name = name }))?.Value.Length ?? 0);
        }

        async Task<bool> DeleteAsync(StoreKey key)
        {
            await engine.Store.DeleteAsync(key);
            return true;
        }
    }

    private static void Break(ScriptedEngine engine, string call, bool wasMade, bool isUncertain = false)
    {
        Func<string, int, Task> fault = (name, _) => name == call ? throw new StorageException(StorageErrorKind.Unavailable, engine.Name, "It is away.") { IsUncertain = isUncertain || wasMade } : Task.CompletedTask;
        (engine.Before, engine.After) = (wasMade ? engine.Before : fault, wasMade ? fault : engine.After);
    }

    private async Task HoldsAsync(int? length, int leftOver)
    {
        foreach (var part in (ScriptedEngine[])[main, large])
        {
            (part.Before, part.After) = (static (_, _) => Task.CompletedTask, static (_, _) => Task.CompletedTask);
        }

        Assert.Equal(length, (await engine.Store.GetAsync(Key))?.Value.Length);
        var referred = length > 100 ? 1 : 0;
        Assert.Equal(referred + leftOver, (await SplitEngines.LargeAsync(large)).Count);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(new LargeValueSweep(referred, leftOver, 0), await engine.SweepAsync());
        Assert.Equal(length, (await engine.Store.GetAsync(Key))?.Value.Length);
    }
}
