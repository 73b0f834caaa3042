using System.IO.Compression;

namespace Sira.Storage.Codecs.Compression;

/// <summary>Brotli in one call.</summary>
internal static class BrotliCodec
{
    public const int DefaultLevel = 1;

    // The window is as large as the value, within what the format allows.
    private const int MinimumWindow = 10;
    private const int MaximumWindow = 22;

    public static int MaximumLength(int length) => BrotliEncoder.GetMaxCompressedLength(length);

    public static bool TryCompress(ReadOnlySpan<byte> source, Span<byte> target, int level, out int written) =>
        BrotliEncoder.TryCompress(source, target, out written, level, Math.Clamp(32 - int.LeadingZeroCount(source.Length), MinimumWindow, MaximumWindow));

    /// <summary>Fills a target that is as long as the value says it is; never writes beyond it.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target) =>
        BrotliDecoder.TryDecompress(source, target, out var written) && written == target.Length;
}
