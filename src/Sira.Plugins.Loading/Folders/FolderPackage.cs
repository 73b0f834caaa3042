using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Packages;
using Sira.Plugins.Loading.Signing;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Loading.Folders;

/// <summary>A package on disk that was read and is a plugin's.</summary>
internal sealed class FolderPackage
{
    private readonly Action changed;
    private PluginContent? content;

    private FolderPackage(PluginManifest manifest, PluginPackage package, Action changed) =>
        (Manifest, Path, Hash, Signature, this.changed) = (manifest, package.Path, package.Hash, PackageSignature.Of(package), changed);

    /// <summary>Gets what the plugin says about itself.</summary>
    public PluginManifest Manifest { get; }

    /// <summary>Gets where it is.</summary>
    public string Path { get; }

    /// <summary>Gets the SHA-256 of the file.</summary>
    public string Hash { get; }

    /// <summary>Gets what its signature proves.</summary>
    public PackageSignature Signature { get; }

    /// <summary>Reads a package.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="previous">What was there before.</param>
    /// <param name="changed">Told when there is something else at that place than was read.</param>
    /// <param name="errors">Receives the mistakes in its manifest.</param>
    /// <returns>The package; <see langword="null"/> when it is no plugin's, or has mistakes.</returns>
    /// <exception cref="PluginException">It cannot be read.</exception>
    public static FolderPackage? Read(string path, FolderPackage? previous, Action changed, ConfigurationErrors errors)
    {
        using var package = PluginPackage.Open(path);
        if (package.Hash == previous?.Hash)
        {
            return previous;
        }

        if (previous is not null)
        {
            // Written over in place, it looks whole as soon as its end is, and the middle may still be the old one's.
            _ = PackageContent.Hash(package);
        }

        // A library that a plugin brought along is no mistake, and no plugin.
        return package.ReadManifest() is { } json && PluginManifestReader.Read(json, $"{path}: {PluginManifest.FileName}", errors) is { } manifest
            ? new FolderPackage(manifest, package, changed)
            : null;
    }

    /// <summary>Returns what the host loads of it. Once read, it is kept, so that the plugin can be restarted whatever becomes of the file; while the plugin runs, its context has the same bytes.</summary>
    /// <exception cref="PluginException">The file has changed since, or something in it is damaged.</exception>
    public PluginContent Load()
    {
        if (content is not null)
        {
            return content;
        }

        using var package = PluginPackage.Open(Path);
        if (package.Hash != Hash)
        {
            // Also when length and time of change are the old ones, as some ways of copying leave them.
            changed();
            throw new PluginException(Manifest.Id, $"The package '{Path}' has changed since it was checked. The host looks at it anew the next time that it looks for plugins.");
        }

        return content = PluginContent.Of(package);
    }
}
