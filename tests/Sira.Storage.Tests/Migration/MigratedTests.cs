using Sira.Storage.Conformance;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Migration;
using Sira.Storage.Tests.Engines.Sqlite;

namespace Sira.Storage.Tests.Migration;

/// <summary>The conformance suite behind the cut-over.</summary>
public static class MigratedTests
{
    public sealed class Value : ValueConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new MemoryEngine(), new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), Partition.Namespace);
            await new StorageMigration(engine).RunAsync();
            return engine;
        }

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class Batch : BatchConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new MemoryEngine(), new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), Partition.Namespace);
            await new StorageMigration(engine).RunAsync();
            return engine;
        }

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class Scan : ScanConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new MemoryEngine(), new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), Partition.Namespace);
            await new StorageMigration(engine).RunAsync();
            return engine;
        }

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class Expiry : ExpiryConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new MemoryEngine(), new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), Partition.Namespace);
            await new StorageMigration(engine).RunAsync();
            return engine;
        }

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class EventLog : EventLogConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new MemoryEngine(), new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), Partition.Namespace);
            await new StorageMigration(engine).RunAsync();
            return engine;
        }

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class ChangeFeed : ChangeFeedConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new MemoryEngine(), new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), Partition.Namespace);
            await new StorageMigration(engine).RunAsync();
            return engine;
        }

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class Concurrency : ConcurrencyConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new MemoryEngine(), new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), Partition.Namespace);
            await new StorageMigration(engine).RunAsync();
            return engine;
        }

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }
}
