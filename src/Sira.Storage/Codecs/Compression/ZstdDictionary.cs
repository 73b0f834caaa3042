namespace Sira.Storage.Codecs.Compression;

/// <summary>A dictionary, prepared for compressing at the levels that were asked for, and for decompressing. What it holds of zstd is freed when it is collected: somebody may still use it when it has left the cache.</summary>
internal sealed class ZstdDictionary(ZstdLibrary library, uint version, ReadOnlyMemory<byte> content)
{
    private readonly Dictionary<int, ZstdHandle> compressors = [];
    private readonly Lock gate = new();
    private ZstdHandle? decompressor;

    public uint Version => version;

    public ZstdHandle ForCompression(int level)
    {
        lock (gate)
        {
            if (!compressors.TryGetValue(level, out var handle))
            {
                compressors.Add(level, handle = library.CreateCompressorDictionary(content.Span, level));
            }

            return handle;
        }
    }

    public ZstdHandle ForDecompression()
    {
        lock (gate)
        {
            return decompressor ??= library.CreateDecompressorDictionary(content.Span);
        }
    }
}
