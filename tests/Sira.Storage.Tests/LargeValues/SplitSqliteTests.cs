using Sira.Storage.Conformance;

namespace Sira.Storage.Tests.LargeValues;

/// <summary>The conformance suite over two SQLite files with codecs, of which one keeps what is over 16 bytes.</summary>
public static class SplitSqliteTests
{
    public sealed class Value : ValueConformance
    {
        private readonly TemporaryFile main = new();
        private readonly TemporaryFile large = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.OnDisk(main, large));

        protected override async ValueTask CleanAsync()
        {
            await main.DisposeAsync();
            await large.DisposeAsync();
        }
    }

    public sealed class Batch : BatchConformance
    {
        private readonly TemporaryFile main = new();
        private readonly TemporaryFile large = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.OnDisk(main, large));

        protected override async ValueTask CleanAsync()
        {
            await main.DisposeAsync();
            await large.DisposeAsync();
        }
    }

    public sealed class Scan : ScanConformance
    {
        private readonly TemporaryFile main = new();
        private readonly TemporaryFile large = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.OnDisk(main, large));

        protected override async ValueTask CleanAsync()
        {
            await main.DisposeAsync();
            await large.DisposeAsync();
        }
    }

    public sealed class Expiry : ExpiryConformance
    {
        private readonly TemporaryFile main = new();
        private readonly TemporaryFile large = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.OnDisk(main, large));

        protected override async ValueTask CleanAsync()
        {
            await main.DisposeAsync();
            await large.DisposeAsync();
        }
    }

    public sealed class EventLog : EventLogConformance
    {
        private readonly TemporaryFile main = new();
        private readonly TemporaryFile large = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.OnDisk(main, large));

        protected override async ValueTask CleanAsync()
        {
            await main.DisposeAsync();
            await large.DisposeAsync();
        }
    }

    public sealed class ChangeFeed : ChangeFeedConformance
    {
        private readonly TemporaryFile main = new();
        private readonly TemporaryFile large = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.OnDisk(main, large));

        protected override async ValueTask CleanAsync()
        {
            await main.DisposeAsync();
            await large.DisposeAsync();
        }
    }

    public sealed class Concurrency : ConcurrencyConformance
    {
        private readonly TemporaryFile main = new();
        private readonly TemporaryFile large = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.OnDisk(main, large));

        protected override async ValueTask CleanAsync()
        {
            await main.DisposeAsync();
            await large.DisposeAsync();
        }
    }
}
