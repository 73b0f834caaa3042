namespace Sira.Storage.Codecs.Compression;

/// <summary>How values are compressed. The numbers stand in stored values.</summary>
public enum ValueCompression
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>By Brotli (RFC 7932), which the framework has.</summary>
    Brotli = 1,

    /// <summary>By Zstandard (RFC 8878), for which <c>libzstd</c> must be installed; with dictionaries where a namespace has one.</summary>
    Zstd = 2,
}
