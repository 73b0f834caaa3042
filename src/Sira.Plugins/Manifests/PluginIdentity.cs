using NuGet.Versioning;

namespace Sira.Plugins.Manifests;

/// <summary>One version of one plugin.</summary>
/// <param name="Id">The plugin's id; case does not matter.</param>
/// <param name="Version">The version; build metadata does not tell versions apart.</param>
public sealed record PluginIdentity(string Id, NuGetVersion Version)
{
    /// <inheritdoc />
    public bool Equals(PluginIdentity? other) => other is not null && Id.Equals(other.Id, StringComparison.OrdinalIgnoreCase) && Version == other.Version;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(Id), Version);

    /// <inheritdoc />
    public override string ToString() => $"{Id} {Version.ToNormalizedString()}";
}
