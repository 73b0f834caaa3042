using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.Win32.SafeHandles;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.RocksDb;
using Sira.Storage.Writing;

namespace Sira.Benchmarks.Storage;

/// <summary>The RocksDB engine beside the C API alone: values of 1 KiB, and what the disk takes to flush as much.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class RocksDbBenchmarks : IAsyncDisposable
{
    private const int Keys = 100_000;
    private const int Callers = 64;
    private const int WritesEach = 16;
    private const int BatchLength = 100;

    private readonly byte[] value = new byte[1024];
    private readonly StorePartition partition = new("benchmark");
    private string folder = string.Empty;
    private byte[][] rawKeys = [];
    private StoreKey[] keys = [];
    private RawRocksDb raw = null!;
    private RocksDbEngine engine = null!;
    private SafeFileHandle probe = null!;
    private long probed;
    private int next;

    // Blocking: where nothing more is built, the tool does not wait for a task here.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Cleanup() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        raw.Dispose();
        await engine.DisposeAsync();
        probe.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("get")]
    public byte[] RawGet() => raw.Get(rawKeys[Next()]);

    [Benchmark, BenchmarkCategory("get")]
    public int RawGetWithoutACopy() => raw.Peek(rawKeys[Next()]);

    [Benchmark, BenchmarkCategory("get")]
    public async ValueTask<int> Get() => (await engine.Store.GetAsync(keys[Next()]))!.Value.Value.Length;

    [Benchmark(Baseline = true), BenchmarkCategory("put")]
    public void RawPut() => raw.Put(rawKeys[Next()], value, sync: false);

    [Benchmark, BenchmarkCategory("put")]
    public async ValueTask<bool> Put() => (await engine.Store.PutAsync(keys[Next()], value)).IsDone;

    [Benchmark(Baseline = true, OperationsPerInvoke = BatchLength), BenchmarkCategory("batch of 100, synced")]
    public void RawBatch() => raw.WriteSynced(Enumerable.Range(0, BatchLength).Select(_ => rawKeys[Next()]), value);

    [Benchmark(OperationsPerInvoke = BatchLength), BenchmarkCategory("batch of 100, synced")]
    public async Task<bool> Batch()
    {
        var batch = new StoreBatch { Durability = StorageDurability.PowerLoss };
        for (var i = 0; i < BatchLength; i++)
        {
            batch.Put(keys[Next()], value);
        }

        return (await engine.Store.WriteAsync(batch)).IsDone;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Callers * WritesEach), BenchmarkCategory("synced puts of 64 callers")]
    public Task RawSyncedPuts() => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Factory.StartNew(
        () =>
        {
            for (var i = 0; i < WritesEach; i++)
            {
                raw.Put(rawKeys[Next()], value, sync: true);
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    [Benchmark(OperationsPerInvoke = Callers * WritesEach), BenchmarkCategory("synced puts of 64 callers")]
    public Task SyncedPuts() => Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
    {
        for (var i = 0; i < WritesEach; i++)
        {
            await engine.Store.PutAsync(keys[Next()], value, new() { Durability = StorageDurability.PowerLoss });
        }
    }));

    /// <summary>What the disk takes, for the durable figures to be read with.</summary>
    [Benchmark, BenchmarkCategory("fsync")]
    public void FlushToDisk()
    {
        RandomAccess.Write(probe, value, probed);
        probed += value.Length;
        RandomAccess.FlushToDisk(probe);
    }

    // A step that meets every key, far from the last one.
    private int Next() => (int)((uint)Interlocked.Add(ref next, 38_917) % Keys);

    private async Task SetupAsync()
    {
        new Random(1).NextBytes(value);
        folder = Directory.CreateTempSubdirectory("sira-benchmark-").FullName;
        raw = new RawRocksDb(Path.Combine(folder, "raw"));
        engine = new RocksDbEngine(new RocksDbEngineOptions { Path = Path.Combine(folder, "engine") });
        probe = File.OpenHandle(Path.Combine(folder, "probe"), FileMode.Create, FileAccess.Write);

        // As long as the engine's, so that both compare as many bytes.
        rawKeys = [.. Enumerable.Range(0, Keys).Select(static number => Encoding.UTF8.GetBytes($"benchmark\0\0\0{number:00000000}"))];
        keys = [.. Enumerable.Range(0, Keys).Select(number => partition.Key($"{number:00000000}"))];
        for (var i = 0; i < Keys; i++)
        {
            raw.Put(rawKeys[i], value, sync: false);
            await engine.Store.PutAsync(keys[i], value);
        }

        raw.Compact();
        await engine.CompactAsync();
    }
}
