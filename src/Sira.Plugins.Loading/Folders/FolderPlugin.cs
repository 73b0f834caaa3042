using Sira.Plugins.Loading.Contexts;
using Sira.Plugins.Loading.Healing;
using Sira.Plugins.Loading.Packages;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Folders;

/// <summary>A plugin in a package on disk.</summary>
/// <param name="manifest">What it says about itself.</param>
/// <param name="path">Where it is.</param>
/// <param name="hash">The SHA-256 of the file.</param>
/// <param name="trust">How far it can be relied on, and why.</param>
/// <param name="healing">Helps it out of memory.</param>
/// <param name="changed">Told when there is something else at that place now.</param>
internal sealed class FolderPlugin(PluginManifest manifest, string path, string hash, (PluginTrust Level, string? Reason) trust, ContextHealing healing, Action changed) : AvailablePlugin(manifest, path)
{
    public override PluginTrust Trust => trust.Level;

    public override string? TrustReason => trust.Reason;

    public override string ContentId => hash;

    public override ValueTask<LoadedPlugin> LoadAsync(IReadOnlyList<LoadedPlugin> dependencies, CancellationToken cancellationToken)
    {
        using var package = PluginPackage.Open(Origin);
        if (package.Hash != hash)
        {
            // Also when length and time of change are the old ones, as some ways of copying leave them.
            changed();
            throw new PluginException(Manifest.Id, $"The package '{Origin}' has changed since it was checked. The host looks at it anew the next time that it looks for plugins.");
        }

        var assemblies = PackageAssemblies.Find(package).ToDictionary(static file => file.Key, file => package.ReadFile(file.Value)!, StringComparer.OrdinalIgnoreCase);
        return new ValueTask<LoadedPlugin>(ContextPlugin.Load(Manifest, assemblies, dependencies, healing));
    }
}
