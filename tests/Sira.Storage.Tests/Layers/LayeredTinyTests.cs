using Sira.Storage.Capabilities;
using Sira.Storage.Conformance;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Layers;
using Sira.Storage.Tests.Support;

namespace Sira.Storage.Tests.Layers;

/// <summary>The conformance suite over a cache with room for a few values, which evicts all the time, over an engine that tells of nothing.</summary>
public static class LayeredTinyTests
{
    public sealed class Value : ValueConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new ScriptedEngine(new MemoryEngine(), without: StorageFeatures.ChangeFeed), new LayerOptions { MaximumBytes = 2000, MaximumAbsentAge = TimeSpan.FromMinutes(1) }));
    }

    public sealed class Batch : BatchConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new ScriptedEngine(new MemoryEngine(), without: StorageFeatures.ChangeFeed), new LayerOptions { MaximumBytes = 2000, MaximumAbsentAge = TimeSpan.FromMinutes(1) }));
    }

    public sealed class Scan : ScanConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new ScriptedEngine(new MemoryEngine(), without: StorageFeatures.ChangeFeed), new LayerOptions { MaximumBytes = 2000, MaximumAbsentAge = TimeSpan.FromMinutes(1) }));
    }

    public sealed class Expiry : ExpiryConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new ScriptedEngine(new MemoryEngine(), without: StorageFeatures.ChangeFeed), new LayerOptions { MaximumBytes = 2000, MaximumAbsentAge = TimeSpan.FromMinutes(1) }));
    }

    public sealed class EventLog : EventLogConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new ScriptedEngine(new MemoryEngine(), without: StorageFeatures.ChangeFeed), new LayerOptions { MaximumBytes = 2000, MaximumAbsentAge = TimeSpan.FromMinutes(1) }));
    }

    public sealed class Concurrency : ConcurrencyConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new ScriptedEngine(new MemoryEngine(), without: StorageFeatures.ChangeFeed), new LayerOptions { MaximumBytes = 2000, MaximumAbsentAge = TimeSpan.FromMinutes(1) }));
    }
}
