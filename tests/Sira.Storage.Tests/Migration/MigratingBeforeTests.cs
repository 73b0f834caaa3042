using Sira.Storage.Conformance;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Migration;

namespace Sira.Storage.Tests.Migration;

/// <summary>The conformance suite over an engine of which the namespace may be migrated and is not.</summary>
public static class MigratingBeforeTests
{
    public sealed class Value : ValueConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new MigratingEngine(new MemoryEngine(), new MemoryEngine(), Partition.Namespace));
    }

    public sealed class Batch : BatchConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new MigratingEngine(new MemoryEngine(), new MemoryEngine(), Partition.Namespace));
    }

    public sealed class Scan : ScanConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new MigratingEngine(new MemoryEngine(), new MemoryEngine(), Partition.Namespace));
    }

    public sealed class Expiry : ExpiryConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new MigratingEngine(new MemoryEngine(), new MemoryEngine(), Partition.Namespace));
    }

    public sealed class EventLog : EventLogConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new MigratingEngine(new MemoryEngine(), new MemoryEngine(), Partition.Namespace));
    }

    public sealed class ChangeFeed : ChangeFeedConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new MigratingEngine(new MemoryEngine(), new MemoryEngine(), Partition.Namespace));
    }

    public sealed class Concurrency : ConcurrencyConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new MigratingEngine(new MemoryEngine(), new MemoryEngine(), Partition.Namespace));
    }
}
