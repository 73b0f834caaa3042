using System.Globalization;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Storage.RocksDb.Tests.Engine;

public sealed class LeakTests
{
    [Fact]
    public async Task EveryOperation_ManyTimes_MemoryDoesNotGrow()
    {
        const long Allowed = 24 * 1024 * 1024;
        Assert.SkipUnless(File.Exists("/proc/self/status"), "Only Linux tells the memory of a process like this.");
        using var folder = new RocksDbFolder();
        await using var engine = new RocksDbEngine(folder.Options with { BlockCacheBytes = 1024 * 1024, WriteBufferBytes = 1024 * 1024 });
        await RunAsync(engine, 1000);
        var before = Resident();

        // A value that was read, or an iterator, has some kilobytes: forgotten this often, they would be a hundred megabytes.
        await RunAsync(engine, 3000);

        var grown = Resident() - before;
        Assert.True(grown < Allowed, $"The process has grown by {grown} bytes.");
    }

    private static async Task RunAsync(RocksDbEngine engine, int times)
    {
        var partition = new StorePartition("leaks");
        var (value, small) = (new byte[8000], new byte[100]);
        for (var i = 0; i < times; i++)
        {
            var (key, stream) = (partition.Key($"{i % 100}"), partition.Key($"s{i % 10}"));
            await engine.Store.PutAsync(key, value);
            await engine.Store.GetAsync(key);
            await engine.Store.PutAsync(key, value, new(WriteCondition.Absent));
            await engine.Store.ScanAsync(new StoreScan(partition) { PageSize = 3 });
            await engine.Store.WriteAsync(new StoreBatch().Put(key, value).Append(stream, ExpectedVersion.Any, [new("t", small)]));
            await engine.Events.ReadAsync(stream, 0, 3);
            await engine.Events.ReadAllAsync(partition.Namespace, 0, 3);
            await engine.Events.ListAsync(new StoreScan(partition));
            await engine.Events.TrimAsync(stream, i);
            await engine.Store.DeleteAsync(key);
            await foreach (var _ in engine.ListPartitionsAsync())
            {
                // Each has its iterators.
            }
        }
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
