global using Sira.Storage.Changes;
global using Sira.Storage.Keys;
global using Sira.Storage.Redis;
global using Sira.Storage.Redis.Client;
global using Sira.Storage.Writing;
global using static RedisContext;

internal static class RedisContext
{
    public static string password => null!;

    public static ILoggerFactory loggers => null!;

    public static byte[] value => null!;

    public static IRedisClient client => null!;

    public static RedisEngine engine => null!;

    public static StorePartition sessions => default;

    public static ChangedValues cache => null!;
}

internal sealed class ChangedValues
{
    public void Forget(StoreKey? key) => _ = key;
}
