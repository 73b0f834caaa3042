using Sira.Storage.Conformance;

namespace Sira.Storage.RocksDb.Tests.Conformance;

public sealed class RocksDbEventLogTests : EventLogConformance
{
    private readonly RocksDbFolder folder = new();

    protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(new RocksDbEngine(folder.Options));

    protected override ValueTask CleanAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
