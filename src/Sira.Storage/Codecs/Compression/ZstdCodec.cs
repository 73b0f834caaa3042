namespace Sira.Storage.Codecs.Compression;

/// <summary>zstd with contexts that are used again: making one takes longer than compressing a small value.</summary>
internal sealed class ZstdCodec(ZstdLibrary library) : IDisposable
{
    public const int DefaultLevel = 1;

    private readonly ZstdContexts compressors = new(library.CreateCompressor);
    private readonly ZstdContexts decompressors = new(library.CreateDecompressor);

    public ZstdLibrary Library => library;

    public int MaximumLength(int length) => library.MaximumLength(length);

    public bool TryCompress(ReadOnlySpan<byte> source, Span<byte> target, int level, ZstdDictionary? dictionary, out int written)
    {
        var context = compressors.Rent();
        try
        {
            written = library.Compress(context, source, target, level, dictionary?.ForCompression(level));
            return written >= 0;
        }
        finally
        {
            compressors.Return(context);
        }
    }

    /// <summary>Fills a target that is as long as the value says it is; never writes beyond it.</summary>
    public bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target, ZstdDictionary? dictionary)
    {
        var context = decompressors.Rent();
        try
        {
            return library.Decompress(context, source, target, dictionary?.ForDecompression()) == target.Length;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            decompressors.Return(context);
        }
    }

    public void Dispose()
    {
        compressors.Dispose();
        decompressors.Dispose();
    }
}
