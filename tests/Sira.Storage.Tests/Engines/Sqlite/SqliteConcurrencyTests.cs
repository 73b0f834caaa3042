using Sira.Storage.Conformance;
using Sira.Storage.Engines.Sqlite;

namespace Sira.Storage.Tests.Engines.Sqlite;

public sealed class SqliteConcurrencyTests : ConcurrencyConformance
{
    private readonly TemporaryFile file = new();

    protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(new SqliteEngine(new SqliteEngineOptions { Path = file.Path }));

    protected override ValueTask CleanAsync() => file.DisposeAsync();
}
