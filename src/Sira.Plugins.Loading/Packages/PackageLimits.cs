namespace Sira.Plugins.Loading.Packages;

/// <summary>How large a package may be. A package may be hostile: a small file can unpack to anything.</summary>
internal static class PackageLimits
{
    /// <summary>Bytes of the file; more than any plugin with its private libraries.</summary>
    public const long FileBytes = 256L * 1024 * 1024;

    /// <summary>Bytes of all its content unpacked.</summary>
    public const long UnpackedBytes = 1024L * 1024 * 1024;

    /// <summary>Files in it.</summary>
    public const int Files = 10_000;

    /// <summary>Characters of the name of a file in it; beyond what file systems take.</summary>
    public const int Name = 1024;

    /// <summary>Bytes that one packed byte can unpack to: DEFLATE makes at most 258 bytes of two bits (RFC 1951, 3.2.5).</summary>
    public const int Ratio = 1032;

    /// <summary>Bytes of the manifest that are unpacked at all; what reads it takes less still.</summary>
    public const int ManifestBytes = 1024 * 1024;
}
