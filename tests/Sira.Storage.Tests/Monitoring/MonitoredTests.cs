using Sira.Simulation.Time;
using Sira.Storage.Conformance;
using Sira.Storage.Engines.Memory;
using Sira.Testing.Telemetry;

namespace Sira.Storage.Tests.Monitoring;

/// <summary>The conformance suite over an engine that is watched while somebody listens to what is measured.</summary>
public static class MonitoredTests
{
    public sealed class Value : ValueConformance
    {
        private readonly MetricCollector metrics = new("sira.storage.engine", "nobody");
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(Watched.Over(new MemoryEngine(time: clock), clock));

        protected override ValueTask CleanAsync()
        {
            metrics.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    public sealed class Batch : BatchConformance
    {
        private readonly MetricCollector metrics = new("sira.storage.engine", "nobody");
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(Watched.Over(new MemoryEngine(time: clock), clock));

        protected override ValueTask CleanAsync()
        {
            metrics.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    public sealed class Scan : ScanConformance
    {
        private readonly MetricCollector metrics = new("sira.storage.engine", "nobody");
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(Watched.Over(new MemoryEngine(time: clock), clock));

        protected override ValueTask CleanAsync()
        {
            metrics.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    public sealed class Expiry : ExpiryConformance
    {
        private readonly MetricCollector metrics = new("sira.storage.engine", "nobody");
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(Watched.Over(new MemoryEngine(time: clock), clock));

        protected override Task PassAsync(TimeSpan time)
        {
            clock.Advance(time);
            return Task.CompletedTask;
        }

        protected override ValueTask CleanAsync()
        {
            metrics.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    public sealed class EventLog : EventLogConformance
    {
        private readonly MetricCollector metrics = new("sira.storage.engine", "nobody");
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(Watched.Over(new MemoryEngine(time: clock), clock));

        protected override ValueTask CleanAsync()
        {
            metrics.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    public sealed class ChangeFeed : ChangeFeedConformance
    {
        private readonly MetricCollector metrics = new("sira.storage.engine", "nobody");
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(Watched.Over(new MemoryEngine(time: clock), clock));

        protected override ValueTask CleanAsync()
        {
            metrics.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    public sealed class Concurrency : ConcurrencyConformance
    {
        private readonly MetricCollector metrics = new("sira.storage.engine", "nobody");
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(Watched.Over(new MemoryEngine(time: clock), clock));

        protected override ValueTask CleanAsync()
        {
            metrics.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
