using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;

namespace Sira.Storage.Codecs;

/// <summary>How the values of one namespace are encoded, where that differs from the rest. What is <see langword="null"/> is as in <see cref="CodecOptions"/>.</summary>
public sealed record NamespaceCodecOptions
{
    /// <summary>Gets how they are compressed.</summary>
    public ValueCompression? Compression { get; init; }

    /// <summary>Gets how hard, see <see cref="CodecOptions.CompressionLevel"/>.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>Gets from which length on, in bytes.</summary>
    public int? MinimumLength { get; init; }

    /// <summary>Gets how they are encrypted.</summary>
    public ValueEncryption? Encryption { get; init; }
}
