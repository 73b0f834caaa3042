using Sira.Simulation.Time;
using Sira.Storage.Conformance;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Layers;

namespace Sira.Storage.Tests.Layers;

/// <summary>The conformance suite over a cache over memory.</summary>
public static class LayeredMemoryTests
{
    public sealed class Value : ValueConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new MemoryEngine(time: clock), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }, clock));
    }

    public sealed class Batch : BatchConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new MemoryEngine(time: clock), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }, clock));
    }

    public sealed class Scan : ScanConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new MemoryEngine(time: clock), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }, clock));
    }

    public sealed class Expiry : ExpiryConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new MemoryEngine(time: clock), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }, clock));

        protected override Task PassAsync(TimeSpan time)
        {
            clock.Advance(time);
            return Task.CompletedTask;
        }
    }

    public sealed class EventLog : EventLogConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new MemoryEngine(time: clock), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }, clock));
    }

    public sealed class ChangeFeed : ChangeFeedConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new MemoryEngine(time: clock), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }, clock));
    }

    public sealed class Concurrency : ConcurrencyConformance
    {
        private readonly VirtualTimeProvider clock = new();

        protected override ValueTask<IStorageEngine> CreateAsync() =>
            ValueTask.FromResult<IStorageEngine>(new LayeredEngine(new MemoryEngine(time: clock), new LayerOptions { MaximumAbsentAge = TimeSpan.FromMinutes(1) }, clock));
    }
}
