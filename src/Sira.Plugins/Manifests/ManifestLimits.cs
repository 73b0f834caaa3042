namespace Sira.Plugins.Manifests;

/// <summary>What a manifest may measure at most. A manifest comes with the plugin, so with a stranger's download; a real one stays far below.</summary>
internal static class ManifestLimits
{
    public const int Bytes = 256 * 1024;

    // id.version.entry.member is three deep.
    public const int Depth = 8;

    public const int Entries = 256;

    // NuGet's limit for package ids.
    public const int Id = 100;

    public const int Version = 128;

    public const int Text = 4096;

    // Beyond these nobody reads on.
    public const int Mistakes = 100;
}
