using NuGet.Versioning;

namespace Sira.Plugins.Manifests;

/// <summary>Versions of another plugin beside which a plugin cannot run.</summary>
/// <param name="Id">The other plugin's id; case does not matter.</param>
/// <param name="Range">The versions that are refused.</param>
public sealed record PluginConflict(string Id, VersionRange Range);
