using Sira.Simulation.Time;
using Sira.Storage.Conformance;

namespace Sira.Storage.RocksDb.Tests.Conformance;

public sealed class RocksDbExpiryTests : ExpiryConformance
{
    private readonly RocksDbFolder folder = new();
    private readonly VirtualTimeProvider time = new();

    protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(new RocksDbEngine(folder.Options, time));

    protected override Task PassAsync(TimeSpan time)
    {
        this.time.Advance(time);
        return Task.CompletedTask;
    }

    protected override ValueTask CleanAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
