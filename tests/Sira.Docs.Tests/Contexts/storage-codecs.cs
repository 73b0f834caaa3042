global using Sira.Storage;
global using Sira.Storage.Codecs;
global using Sira.Storage.Codecs.Encryption;
global using static StorageCodecsContext;

internal static class StorageCodecsContext
{
    public static string secret => null!;

    public static IStorageEngine database => null!;

    public static CodecEngine engine => null!;

    public static IReadOnlyList<ReadOnlyMemory<byte>> samples => null!;

    public static IProgress<KeyRotationReport> progress => null!;
}
