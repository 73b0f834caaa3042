using Sira.Storage.Conformance;
using Sira.Storage.Redis.Tests.Support;

namespace Sira.Storage.Redis.Tests.Conformance;

public sealed class RedisChangeFeedTests(SharedRedis redis) : ChangeFeedConformance
{
    protected override ValueTask<IStorageEngine> CreateAsync() => redis.EngineAsync();
}
