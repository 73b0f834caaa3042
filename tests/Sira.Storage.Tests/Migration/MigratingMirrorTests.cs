using Sira.Storage.Conformance;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Migration;
using Sira.Storage.Tests.Engines.Sqlite;

namespace Sira.Storage.Tests.Migration;

/// <summary>The conformance suite while every write is mirrored.</summary>
public static class MigratingMirrorTests
{
    public sealed class Value : ValueConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new MemoryEngine(), Partition.Namespace);
            await engine.OpenAsync();
            engine.Core.BeginMirroring(new CancellationTokenSource());
            return engine;
        }

        protected override ValueTask CleanAsync()
        {
            return file.DisposeAsync();
        }
    }

    public sealed class Batch : BatchConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new MemoryEngine(), Partition.Namespace);
            await engine.OpenAsync();
            engine.Core.BeginMirroring(new CancellationTokenSource());
            return engine;
        }

        protected override ValueTask CleanAsync()
        {
            return file.DisposeAsync();
        }
    }

    public sealed class Scan : ScanConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new MemoryEngine(), Partition.Namespace);
            await engine.OpenAsync();
            engine.Core.BeginMirroring(new CancellationTokenSource());
            return engine;
        }

        protected override ValueTask CleanAsync()
        {
            return file.DisposeAsync();
        }
    }

    public sealed class Expiry : ExpiryConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new MemoryEngine(), Partition.Namespace);
            await engine.OpenAsync();
            engine.Core.BeginMirroring(new CancellationTokenSource());
            return engine;
        }

        protected override ValueTask CleanAsync()
        {
            return file.DisposeAsync();
        }
    }

    public sealed class EventLog : EventLogConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new MemoryEngine(), Partition.Namespace);
            await engine.OpenAsync();
            engine.Core.BeginMirroring(new CancellationTokenSource());
            return engine;
        }

        protected override ValueTask CleanAsync()
        {
            return file.DisposeAsync();
        }
    }

    public sealed class ChangeFeed : ChangeFeedConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new MemoryEngine(), Partition.Namespace);
            await engine.OpenAsync();
            engine.Core.BeginMirroring(new CancellationTokenSource());
            return engine;
        }

        protected override ValueTask CleanAsync()
        {
            return file.DisposeAsync();
        }
    }

    public sealed class Concurrency : ConcurrencyConformance
    {
        private readonly TemporaryFile file = new();

        protected override async ValueTask<IStorageEngine> CreateAsync()
        {
            var engine = new MigratingEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new MemoryEngine(), Partition.Namespace);
            await engine.OpenAsync();
            engine.Core.BeginMirroring(new CancellationTokenSource());
            return engine;
        }

        protected override ValueTask CleanAsync()
        {
            return file.DisposeAsync();
        }
    }
}
