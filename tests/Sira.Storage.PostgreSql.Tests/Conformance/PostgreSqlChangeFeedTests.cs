using Sira.Storage.Conformance;
using Sira.Storage.PostgreSql.Tests.Support;

namespace Sira.Storage.PostgreSql.Tests.Conformance;

public sealed class PostgreSqlChangeFeedTests : ChangeFeedConformance
{
    protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(new PostgreSqlEngine(SharedServer.Options()));
}
