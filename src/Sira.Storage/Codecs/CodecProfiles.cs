using System.Collections.Frozen;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;

namespace Sira.Storage.Codecs;

/// <summary>Which namespace is encoded how.</summary>
internal sealed class CodecProfiles
{
    private readonly FrozenDictionary<string, CodecProfile> namespaces;
    private readonly CodecProfile rest;

    /// <param name="options">The options, valid.</param>
    /// <param name="isZstdReplaced">Whether Brotli stands in for zstd.</param>
    public CodecProfiles(CodecOptions options, bool isZstdReplaced)
    {
        rest = Resolve(options, new NamespaceCodecOptions(), isZstdReplaced);
        var resolved = options.Namespaces.ToDictionary(static pair => pair.Key, pair => Resolve(options, pair.Value, isZstdReplaced), StringComparer.Ordinal);
        IsAnyEncrypted = rest.Encryption is not ValueEncryption.None || resolved.Values.Any(static profile => profile.Encryption is not ValueEncryption.None);
        IsAnyZstd = rest.Compression is ValueCompression.Zstd || resolved.Values.Any(static profile => profile.Compression is ValueCompression.Zstd);

        // A dictionary holds pieces of values.
        resolved[CompressionDictionaries.Namespace] = new CodecProfile(ValueCompression.None, 0, int.MaxValue, IsAnyEncrypted ? ValueEncryption.AesGcm : ValueEncryption.None);
        namespaces = resolved.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public bool IsAnyEncrypted { get; }

    public bool IsAnyZstd { get; }

    public CodecProfile this[string @namespace] => namespaces.TryGetValue(@namespace, out var profile) ? profile : rest;

    /// <summary>Whether values are passed on as they are: wrapped keys, so that whoever copies an engine through its codec copies them too.</summary>
    public static bool IsRaw(string @namespace) => @namespace == DataKeys.Namespace;

    private static CodecProfile Resolve(CodecOptions options, NamespaceCodecOptions own, bool isZstdReplaced)
    {
        var (compression, level) = (own.Compression ?? options.Compression, own.CompressionLevel ?? options.CompressionLevel);
        return compression is ValueCompression.Zstd && isZstdReplaced
            ? new CodecProfile(ValueCompression.Brotli, BrotliCodec.DefaultLevel, own.MinimumLength ?? options.MinimumLength, own.Encryption ?? options.Encryption)
            : new CodecProfile(compression, level ?? (compression is ValueCompression.Zstd ? ZstdCodec.DefaultLevel : BrotliCodec.DefaultLevel), own.MinimumLength ?? options.MinimumLength, own.Encryption ?? options.Encryption);
    }
}
