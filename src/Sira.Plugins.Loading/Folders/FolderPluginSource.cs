using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Healing;
using Sira.Plugins.Loading.Packages;
using Sira.Plugins.Loading.Signing;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Folders;

/// <summary>Finds plugins as <c>.nupkg</c> files in folders, and notices when files come, change and go.</summary>
/// <remarks>A file is read again only when its length or time of change has changed. One that is still being copied is reported as unreadable and looked at again when the copying has ended.</remarks>
internal sealed class FolderPluginSource(IEnumerable<PluginFolder> folders, SiraConfigurationSection configuration, PackageVerifier verifier, ContextHealing healing) : IPluginSource, IDisposable
{
    /// <summary>The key under <c>Sira:Plugins</c> that lists folders.</summary>
    public const string Key = "Folders";

    private const string Pattern = "*.nupkg";

    private readonly Lock gate = new();
    private readonly Dictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PhysicalFileProvider> watched = new(StringComparer.Ordinal);

    public IReadOnlyList<AvailablePlugin> Discover(ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        lock (gate)
        {
            var trusted = verifier.WithConfiguredPublishers(errors);
            var found = new List<AvailablePlugin>();
            var present = new HashSet<string>(StringComparer.Ordinal);
            foreach (var file in Paths(errors).Where(Directory.Exists).SelectMany(static folder => Directory.EnumerateFiles(folder, Pattern)).Order(StringComparer.Ordinal))
            {
                present.Add(file);
                if (Find(new FileInfo(file), trusted, errors) is { } plugin)
                {
                    found.Add(plugin);
                }
            }

            foreach (var gone in known.Keys.Where(file => !present.Contains(file)).ToList())
            {
                known.Remove(gone);
            }

            return found;
        }
    }

    public IChangeToken? GetChangeToken()
    {
        lock (gate)
        {
            var tokens = Paths(new ConfigurationErrors()).Where(Directory.Exists).Select(Watch).ToArray();
            return tokens.Length == 0 ? null : new CompositeChangeToken(tokens);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var provider in watched.Values)
            {
                provider.Dispose();
            }

            watched.Clear();
        }
    }

    private IChangeToken Watch(string folder)
    {
        if (!watched.TryGetValue(folder, out var provider))
        {
            watched.Add(folder, provider = new PhysicalFileProvider(folder));
        }

        return provider.Watch(Pattern);
    }

    private IEnumerable<string> Paths(ConfigurationErrors errors)
    {
        var paths = folders.Select(static folder => folder.Path);
        if (configuration.Section is { } section && new ConfigurationReader(section, errors).TrySection("Plugins", out var reader) && reader.TryStrings(Key, out var configured))
        {
            paths = paths.Concat(configured);
        }

        return paths.Select(static path => Path.GetFullPath(path, AppContext.BaseDirectory)).Distinct(StringComparer.Ordinal);
    }

    private FolderPlugin? Find(FileInfo file, PackageVerifier trusted, ConfigurationErrors errors)
    {
        var stamp = (file.Length, file.LastWriteTimeUtc, trusted.Publishers);
        if (known.TryGetValue(file.FullName, out var seen) && seen.Stamp == stamp)
        {
            return seen.Plugin;
        }

        try
        {
            using var package = PluginPackage.Open(file.FullName);

            // A library that a plugin brought along is no mistake, and no plugin.
            var plugin = package.ReadFile(PluginManifest.FileName) is { } json && PluginManifestReader.Read(json, $"{file.FullName}: {PluginManifest.FileName}", errors) is { } manifest
                ? Verified(package, manifest, trusted)
                : null;
            known[file.FullName] = new Known(stamp, plugin);
            return plugin;
        }
        catch (PluginException exception)
        {
            known.Remove(file.FullName);
            errors.Add(file.FullName, exception.Message, "The other plugins are not concerned.");
            return null;
        }
    }

    private FolderPlugin Verified(PluginPackage package, PluginManifest manifest, PackageVerifier trusted)
    {
        var (trust, reason) = trusted.Verify(package);
        return new FolderPlugin(manifest, package.Path, package.Hash, trust, reason, healing);
    }

    private sealed record Known((long Length, DateTime ChangedAt, string Publishers) Stamp, FolderPlugin? Plugin);
}
