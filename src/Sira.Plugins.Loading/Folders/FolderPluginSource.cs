using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Contexts;
using Sira.Plugins.Loading.Healing;
using Sira.Plugins.Loading.Publishers;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Folders;

/// <summary>Finds plugins as <c>.nupkg</c> files in folders, and notices when files come, change and go.</summary>
/// <remarks>A file is read again only when its length or time of change has changed. What cannot be read is not gone: the plugin that was there before is still found, until the file is whole again or is no longer listed in a folder that can be read.</remarks>
internal sealed class FolderPluginSource : IPluginSource, IDisposable
{
    /// <summary>The key under <c>Sira:Plugins</c> that lists folders.</summary>
    public const string Key = "Folders";

    private readonly Lock gate = new();
    private readonly Dictionary<string, FolderFile> known = new(StringComparer.Ordinal);
    private readonly IEnumerable<PluginFolder> folders;
    private readonly SiraConfigurationSection configuration;
    private readonly PublisherConfiguration publishers;
    private readonly FolderContext context;
    private readonly FolderWatch watch;
    private IReadOnlyList<string> paths = [];
    private string seen = string.Empty;

    public FolderPluginSource(IEnumerable<PluginFolder> folders, SiraConfigurationSection configuration, PublisherConfiguration publishers, SharingConfiguration sharing, ContextHealing healing, TimeProvider time)
    {
        (this.folders, this.configuration, this.publishers, context) = (folders, configuration, publishers, new FolderContext(sharing, healing, time));
        watch = new FolderWatch(time, () => Paths(new ConfigurationErrors()), HasChanged);
    }

    public IReadOnlyList<AvailablePlugin> Discover(ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        lock (gate)
        {
            // Whoever asks of his own accord is told everything; of its own accord the host says nothing about files that are still being written.
            var isAsked = !watch.TakeAnswer();
            var trusted = publishers.Load(errors);
            context.Sharing.Load(errors);
            var listings = Look(errors);
            seen = Describe(listings);
            var found = new List<AvailablePlugin>();
            var present = new HashSet<string>(StringComparer.Ordinal);
            foreach (var listing in listings)
            {
                foreach (var (path, stamp) in FilesOf(listing, errors))
                {
                    present.Add(path);
                    if (!known.TryGetValue(path, out var file))
                    {
                        known.Add(path, file = new FolderFile(path, context));
                    }

                    if (file.Find(stamp, trusted, isAsked, errors) is { } plugin)
                    {
                        found.Add(plugin);
                    }
                }
            }

            foreach (var gone in known.Keys.Where(file => !present.Contains(file)).ToList())
            {
                known.Remove(gone);
            }

            if (known.Values.Any(static file => file.IsSettling))
            {
                watch.LookSoon();
            }

            return found;
        }
    }

    public IChangeToken? GetChangeToken() => watch.GetChangeToken();

    public void Dispose() => watch.Dispose();

    private static string Describe(IEnumerable<FolderListing> listings) => string.Join('\n', listings.Select(static listing => listing.Describe()));

    private List<FolderListing> Look(ConfigurationErrors errors) => [.. Paths(errors).Order(StringComparer.Ordinal).Select(FolderListing.Read)];

    private bool HasChanged()
    {
        // Without the lock, as the watch does it.
        var now = Describe(Look(new ConfigurationErrors()));
        lock (gate)
        {
            return now != seen || known.Values.Any(static file => file.IsReadableAgain);
        }
    }

    // Of a folder that cannot be read, what was found in it last is still there for all that is known.
    private IEnumerable<(string Path, FileStamp Stamp)> FilesOf(FolderListing listing, ConfigurationErrors errors)
    {
        if (listing.Problem is not { } problem)
        {
            return listing.Files;
        }

        errors.Add(problem.Path, problem.Problem, problem.Fix);
        return [.. known.Where(file => Path.GetDirectoryName(file.Key) == listing.Folder).Select(static file => (file.Key, file.Value.Stamp)).OrderBy(static file => file.Key, StringComparer.Ordinal)];
    }

    private IReadOnlyList<string> Paths(ConfigurationErrors errors)
    {
        var found = new ConfigurationErrors();
        var configured = configuration.Section is { } section && new ConfigurationReader(section, found).TrySection("Plugins", out var reader) && reader.TryStrings(Key, out var read) ? read : [];
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in folders.Select(static folder => folder.Path).Concat(configured))
        {
            if (path.Contains('\0', StringComparison.Ordinal))
            {
                found.Add(configuration.PathOf("Plugins", Key), "A path in it holds a null character.", "Correct the path.");
                continue;
            }

            all.Add(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, AppContext.BaseDirectory)));
        }

        foreach (var error in found.Items)
        {
            errors.Add(error.Path, error.Problem, error.Fix);
        }

        // A slip in the list takes no plugin out of use.
        return found.Items.Count == 0 || paths.Count == 0 ? paths = [.. all] : paths;
    }
}
