using Sira.Plugins.Loading.Contexts;
using Sira.Plugins.Loading.Healing;
using Sira.Plugins.Loading.Packages;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Folders;

/// <summary>A plugin in a package on disk.</summary>
internal sealed class FolderPlugin(PluginManifest manifest, string path, string hash, PluginTrust trust, string? trustReason, ContextHealing healing) : AvailablePlugin(manifest, path)
{
    public override PluginTrust Trust => trust;

    public override string? TrustReason => trustReason;

    public override string ContentId => hash;

    public override ValueTask<LoadedPlugin> LoadAsync(IReadOnlyList<LoadedPlugin> dependencies, CancellationToken cancellationToken)
    {
        using var package = PluginPackage.Open(Origin);
        if (package.Hash != hash)
        {
            throw new PluginException(Manifest.Id, $"The package '{Origin}' has changed since it was checked. It will be looked at anew.");
        }

        var assemblies = PackageAssemblies.Find(package).ToDictionary(static file => file.Key, file => package.ReadFile(file.Value)!, StringComparer.OrdinalIgnoreCase);
        return new ValueTask<LoadedPlugin>(ContextPlugin.Load(Manifest, assemblies, dependencies, healing));
    }
}
