using Sira.Plugins.Manifests;

namespace Sira.Plugins.Resolution;

/// <summary>A manifest, and where it was found.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Origin">Where it was found, such as the path of the file; errors name it.</param>
public sealed record PluginCatalogueEntry(PluginManifest Manifest, string Origin);
