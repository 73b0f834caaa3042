using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Sira.Storage;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Keys;
using Sira.Storage.Layers;
using Sira.Storage.Values;

namespace Sira.Benchmarks.Storage;

/// <summary>A value that is in the cache, beside the memory engine, bare and as AddSira sets it up, and a bare dictionary.</summary>
public class LayerBenchmarks : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, StoreEntry> dictionary = new(StringComparer.Ordinal);
    private readonly MemoryEngine memory = new();
    private ServiceProvider services = null!;
    private IStore hosted = null!;
    private LayeredEngine layered = null!;
    private StoreKey[] keys = null!;
    private int next;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        layered = new LayeredEngine(memory);
        services = new ServiceCollection().AddLogging().AddSira(static sira => sira.AddMemoryStorage()).Services.BuildServiceProvider();
        hosted = services.GetRequiredService<IStorageEngine>().Store;
        keys = [.. Enumerable.Range(0, 1024).Select(static i => new StoreKey("sessions", $"a session with the number {i}", "tenant"))];
        foreach (var key in keys)
        {
            await memory.Store.PutAsync(key, new byte[1024]);
            await hosted.PutAsync(key, new byte[1024]);
            dictionary[key.Name] = (await layered.Store.GetAsync(key))!.Value;
        }
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await layered.DisposeAsync();
        await services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public StoreEntry Dictionary() => dictionary[Next().Name];

    [Benchmark]
    public StoreEntry? Memory() => Read(memory.Store);

    [Benchmark]
    public StoreEntry? Hosted() => Read(hosted);

    [Benchmark]
    public StoreEntry? Layered() => Read(layered.Store);

    private StoreEntry? Read(IStore store)
    {
        var read = store.GetAsync(Next());
        return read.IsCompletedSuccessfully ? read.Result : throw new InvalidOperationException("It was not there at once.");
    }

    private StoreKey Next() => keys[next++ & 1023];
}
