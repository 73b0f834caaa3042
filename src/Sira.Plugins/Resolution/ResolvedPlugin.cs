using Sira.Plugins.Manifests;

namespace Sira.Plugins.Resolution;

/// <summary>A plugin of the set that was found.</summary>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Origin">Where the manifest was found.</param>
/// <param name="IsRequested">Whether the host asked for it.</param>
/// <param name="Dependencies">What became of its dependencies, in the order of the manifest.</param>
public sealed record ResolvedPlugin(PluginManifest Manifest, string Origin, bool IsRequested, IReadOnlyList<ResolvedDependency> Dependencies);
