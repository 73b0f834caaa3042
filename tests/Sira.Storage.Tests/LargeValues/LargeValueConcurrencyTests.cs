using Sira.Storage.Engines.Memory;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;
using Sira.Storage.Tests.Support;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.LargeValues;

public sealed class LargeValueConcurrencyTests
{
    private static readonly StoreKey Key = new("notes", "a", "acme");

    [Fact]
    public async Task Readers_WhileValuesAreReplacedAndSwept_AlwaysSeeAWholeOne()
    {
        var (main, large) = (new MemoryEngine(), new MemoryEngine());
        await using var engine = new LargeValueEngine(main, large, new LargeValueOptions { Over = 100 });
        await engine.Store.PutAsync(Key, Whole(200));
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 3).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            while (!stop.IsCancellationRequested)
            {
                var value = Whole(random.Next(1, 400));
                await (random.Next(2) == 0 ? engine.Store.PutAsync(Key, value).AsTask() : (Task)engine.Store.WriteAsync(new StoreBatch().Put(Key, value)).AsTask());
            }
        })).ToArray();
        var readers = Enumerable.Range(0, 3).Select(seed => Task.Run(async () =>
        {
            for (var reads = 0; reads < 500; reads++)
            {
                var value = seed == 0 ? (await engine.Store.ScanAsync(new StoreScan(Key.Partition))).Items.Single().Entry.Value : (await engine.Store.GetAsync(Key))!.Value.Value;
                Assert.Equal(Whole(value.Length), value.ToArray());
                if (seed == 1 && reads % 50 == 0)
                {
                    await engine.SweepAsync();
                }
            }
        })).ToArray();

        try
        {
            await Task.WhenAll(readers);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task Read_ValueIsReplacedBetweenPointerAndValue_ReadsTheNext()
    {
        var large = new ScriptedEngine(new MemoryEngine());
        await using var engine = new LargeValueEngine(new MemoryEngine(), large, new LargeValueOptions { Over = 100 });
        await engine.Store.PutAsync(Key, new byte[200]);
        var replaced = 0;
        large.Before = async (call, _) =>
        {
            if (call == "get" && replaced < 3)
            {
                await engine.Store.PutAsync(Key, new byte[200 + ++replaced]);
            }
        };

        var read = (await engine.Store.GetAsync(Key))!.Value;

        Assert.Equal(203, read.Value.Length);
        Assert.True((await engine.Store.PutAsync(Key, new byte[1], new(WriteCondition.Unchanged(read.ETag)))).IsDone);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_ValueIsDeletedOrMadeSmallMeanwhile_SaysSo(bool isDeleted)
    {
        var large = new ScriptedEngine(new MemoryEngine());
        await using var engine = new LargeValueEngine(new MemoryEngine(), large, new LargeValueOptions { Over = 100 });
        large.Before = (call, _) => call == "get" ? isDeleted ? engine.Store.DeleteAsync(Key).AsTask() : engine.Store.PutAsync(Key, new byte[5]).AsTask() : Task.CompletedTask;

        await engine.Store.PutAsync(Key, new byte[200]);
        Assert.Equal(isDeleted ? null : 5, (await engine.Store.GetAsync(Key))?.Value.Length);
        await engine.Store.PutAsync(Key, new byte[200]);
        Assert.Equal(isDeleted ? [] : [5], (await engine.Store.ScanAsync(new StoreScan(Key.Partition))).Items.Select(static item => item.Entry.Value.Length));
    }

    private static byte[] Whole(int length)
    {
        var value = new byte[length];
        value.AsSpan().Fill((byte)length);
        return value;
    }
}
