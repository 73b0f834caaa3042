global using static StorageRocksDbContext;

internal static class StorageRocksDbContext
{
    public static ILoggerFactory loggers => null!;

    public static byte[] value => null!;
}
