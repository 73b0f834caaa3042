using Sira.Storage.Conformance;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Layers;
using Sira.Storage.Tests.Engines.Sqlite;

namespace Sira.Storage.Tests.Layers;

/// <summary>The conformance suite over a cache over SQLite.</summary>
public static class LayeredSqliteTests
{
    public sealed class Value : ValueConformance
    {
        private readonly TemporaryFile file = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }));

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class Batch : BatchConformance
    {
        private readonly TemporaryFile file = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }));

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class Scan : ScanConformance
    {
        private readonly TemporaryFile file = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }));

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class Expiry : ExpiryConformance
    {
        private readonly TemporaryFile file = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }));

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class EventLog : EventLogConformance
    {
        private readonly TemporaryFile file = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }));

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class ChangeFeed : ChangeFeedConformance
    {
        private readonly TemporaryFile file = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }));

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }

    public sealed class Concurrency : ConcurrencyConformance
    {
        private readonly TemporaryFile file = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }));

        protected override ValueTask CleanAsync() => file.DisposeAsync();
    }
}
