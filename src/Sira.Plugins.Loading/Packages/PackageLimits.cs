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
}
