using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Healing;
using Sira.Plugins.Loading.Packages;
using Sira.Plugins.Loading.Publishers;
using Sira.Plugins.Loading.Signing;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Folders;

/// <summary>Finds plugins as <c>.nupkg</c> files in folders, and notices when files come, change and go.</summary>
/// <remarks>A file is read again only when its length or time of change has changed. One that is still being copied is reported as unreadable and looked at again when the copying has ended.</remarks>
internal sealed class FolderPluginSource(IEnumerable<PluginFolder> folders, SiraConfigurationSection configuration, PublisherConfiguration publishers, ContextHealing healing) : IPluginSource, IDisposable
{
    /// <summary>The key under <c>Sira:Plugins</c> that lists folders.</summary>
    public const string Key = "Folders";

    private const string Pattern = "*.nupkg";

    // As IPluginSource.Discover asks for.
    private const string Unreadable = "package";

    private readonly Lock gate = new();
    private readonly Dictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PhysicalFileProvider> watched = new(StringComparer.Ordinal);

    public IReadOnlyList<AvailablePlugin> Discover(ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        lock (gate)
        {
            var trusted = publishers.Load(errors);
            var found = new List<AvailablePlugin>();
            var present = new HashSet<string>(StringComparer.Ordinal);
            foreach (var file in Paths(errors).SelectMany(folder => Files(folder, errors)).Order(StringComparer.Ordinal))
            {
                present.Add(file);
                if (Find(file, trusted, errors) is { } plugin)
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

    private static string[] Files(string folder, ConfigurationErrors errors)
    {
        try
        {
            return Directory.GetFiles(folder, Pattern);
        }
        catch (DirectoryNotFoundException)
        {
            errors.Add(folder, "There is no such folder, so there are no plugins of it.", "Make it, or correct the path.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add(folder, $"The folder cannot be read: {exception.Message}", "It must be a folder that the host may read.");
        }

        return [];
    }

    private FolderPlugin? Find(string path, TrustedPublishers trusted, ConfigurationErrors errors)
    {
        try
        {
            var file = new FileInfo(path);
            var stamp = (file.Length, file.LastWriteTimeUtc, trusted.Fingerprint);
            if (!known.TryGetValue(path, out var seen) || seen.Stamp != stamp)
            {
                known[path] = seen = Read(path, stamp, trusted);
            }

            // Told each time, as long as it is so.
            foreach (var error in seen.Errors)
            {
                errors.Add(error.Path, error.Problem, error.Fix);
            }

            if (seen.Plugin is null && seen.Errors.Count > 0)
            {
                errors.MarkFaulty(Unreadable, path);
            }

            return seen.Plugin;
        }
        catch (Exception exception) when (exception is PluginException or IOException or UnauthorizedAccessException)
        {
            known.Remove(path);
            errors.Add(path, exception.Message, "The other plugins are not concerned.");
            errors.MarkFaulty(Unreadable, path);
            return null;
        }
    }

    private Known Read(string path, (long Length, DateTime ChangedAt, string Publishers) stamp, TrustedPublishers trusted)
    {
        using var package = PluginPackage.Open(path);
        var errors = new ConfigurationErrors();

        // A library that a plugin brought along is no mistake, and no plugin.
        var plugin = package.ReadManifest() is { } json && PluginManifestReader.Read(json, $"{path}: {PluginManifest.FileName}", errors) is { } manifest
            ? new FolderPlugin(manifest, path, package.Hash, trusted.Judge(PackageSignature.Of(package), manifest.Id), healing, () => Forget(path))
            : null;
        return new Known(stamp, plugin, errors.Items);
    }

    private void Forget(string path)
    {
        lock (gate)
        {
            known.Remove(path);
        }
    }

    private sealed record Known((long Length, DateTime ChangedAt, string Publishers) Stamp, FolderPlugin? Plugin, IReadOnlyList<ConfigurationError> Errors);
}
