using Sira.Storage.Conformance;
using Sira.Storage.Engines.Memory;
using Sira.Simulation.Time;

namespace Sira.Storage.Tests.Engines.Memory;

public sealed class MemoryExpiryTests : ExpiryConformance
{
    private readonly VirtualTimeProvider time = new();

    protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(new MemoryEngine(time: time));

    protected override Task PassAsync(TimeSpan time)
    {
        this.time.Advance(time);
        return Task.CompletedTask;
    }
}
