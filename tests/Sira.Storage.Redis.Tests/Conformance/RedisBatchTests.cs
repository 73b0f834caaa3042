using Sira.Storage.Conformance;
using Sira.Storage.Redis.Tests.Support;

namespace Sira.Storage.Redis.Tests.Conformance;

public sealed class RedisBatchTests(SharedRedis redis) : BatchConformance
{
    protected override ValueTask<IStorageEngine> CreateAsync() => redis.EngineAsync();
}
