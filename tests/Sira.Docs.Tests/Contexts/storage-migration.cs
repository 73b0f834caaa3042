global using static MigrationContext;

internal static class MigrationContext
{
    public static Sira.Storage.IStorageEngine source => null!;

    public static Sira.Storage.IStorageEngine target => null!;
}
