using Sira.Simulation.Time;
using Sira.Storage.Conformance;

namespace Sira.Storage.Tests.LargeValues;

/// <summary>The conformance suite over two memory engines of which one keeps what is over a byte.</summary>
public static class SplitMemoryTests
{
    public sealed class Value : ValueConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.InMemory(clock));
    }

    public sealed class Batch : BatchConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.InMemory(clock));
    }

    public sealed class Scan : ScanConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.InMemory(clock));
    }

    public sealed class Expiry : ExpiryConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.InMemory(clock));

        protected override Task PassAsync(TimeSpan time)
        {
            clock.Advance(time);
            return Task.CompletedTask;
        }
    }

    public sealed class EventLog : EventLogConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.InMemory(clock));
    }

    public sealed class ChangeFeed : ChangeFeedConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.InMemory(clock));
    }

    public sealed class Concurrency : ConcurrencyConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(SplitEngines.InMemory(clock));
    }
}
