using Sira.Kernel.Configuration;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Resolution;

/// <summary>Every plugin that is available, in every version. Immutable and thread-safe.</summary>
public sealed class PluginCatalogue
{
    // Far beyond any feed of plugins; the bound is against a folder filled by mistake or malice.
    private const int MostManifests = 100_000;
    private const int MostVersions = 4096;

    private static readonly Comparison<PluginCatalogueEntry> ByVersion = static (left, right) => left.Manifest.Version.CompareTo(right.Manifest.Version);

    private readonly Dictionary<string, PluginCatalogueEntry[]> byId = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<PluginCatalogueEntry>> byContract = new(StringComparer.OrdinalIgnoreCase);

    private PluginCatalogue(IEnumerable<PluginCatalogueEntry> entries)
    {
        foreach (var plugin in entries.GroupBy(static entry => entry.Manifest.Id, StringComparer.OrdinalIgnoreCase))
        {
            PluginCatalogueEntry[] versions = [.. plugin];
            Array.Sort(versions, ByVersion);
            byId.Add(plugin.Key, versions);
        }

        foreach (var entry in byId.Values.SelectMany(static versions => versions))
        {
            foreach (var contract in entry.Manifest.Provides)
            {
                (byContract.TryGetValue(contract.Name, out var providers) ? providers : byContract[contract.Name] = []).Add(entry);
            }
        }

        Ids = [.. byId.Keys.Order(StringComparer.OrdinalIgnoreCase)];
        Contracts = [.. byContract.Keys.Order(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Gets the ids of all plugins, sorted.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>Gets the names of all contracts that any version of a plugin provides, sorted.</summary>
    public IReadOnlyList<string> Contracts { get; }

    /// <summary>Makes a catalogue of manifests from many places.</summary>
    /// <param name="entries">The manifests. Two that say the same are one; the first stays.</param>
    /// <param name="errors">Receives every mistake: two manifests that claim one name and version, and what <see cref="PluginManifest.Validate"/> finds. What is wrong is left out of the catalogue.</param>
    /// <returns>The catalogue.</returns>
    public static PluginCatalogue Create(IEnumerable<PluginCatalogueEntry> entries, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(errors);
        var known = new Dictionary<PluginIdentity, PluginCatalogueEntry>();
        var claimed = new HashSet<PluginIdentity>();
        var versions = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            if (known.Count == MostManifests)
            {
                errors.Add(entry.Origin, $"is one of more than {MostManifests} manifests; it and all after it are left out.", "Remove plugins that nobody needs.");
                break;
            }

            if (!IsValid(entry, errors))
            {
                continue;
            }

            var identity = entry.Manifest.Identity;
            if (known.TryGetValue(identity, out var first))
            {
                if (!first.Manifest.Equals(entry.Manifest))
                {
                    errors.Add(entry.Origin, $"claims to be {identity}, as {first.Origin} does, and says something else.", "Remove one of the two, or give it another version or id.");
                    claimed.Add(identity);
                }
            }
            else if (versions.GetValueOrDefault(identity.Id) is var count && count == MostVersions)
            {
                errors.Add(entry.Origin, $"{identity.Id} has more than {MostVersions} versions; {identity.Version} is left out.", "Remove old versions.");
            }
            else
            {
                known.Add(identity, entry);
                versions[identity.Id] = count + 1;
            }
        }

        return new PluginCatalogue(known.Where(pair => !claimed.Contains(pair.Key)).Select(static pair => pair.Value));
    }

    /// <summary>Makes a catalogue of manifests that are known to be in order.</summary>
    /// <param name="manifests">The manifests.</param>
    /// <returns>The catalogue.</returns>
    /// <exception cref="SiraConfigurationException">They are not; all mistakes are listed.</exception>
    public static PluginCatalogue Create(params IEnumerable<PluginManifest> manifests)
    {
        ArgumentNullException.ThrowIfNull(manifests);
        var errors = new ConfigurationErrors();
        var catalogue = Create(manifests.Select(static (manifest, index) => new PluginCatalogueEntry(manifest, $"manifest {index} ({manifest})")), errors);
        errors.ThrowIfAny();
        return catalogue;
    }

    /// <summary>Returns all versions of a plugin, the oldest first.</summary>
    /// <param name="id">The id; case does not matter.</param>
    /// <returns>The versions; none when the plugin is unknown.</returns>
    public IReadOnlyList<PluginCatalogueEntry> VersionsOf(string id) => byId.GetValueOrDefault(id) ?? [];

    /// <summary>Returns every version of every plugin that provides a contract in some version.</summary>
    /// <param name="contract">The contract's name; case does not matter.</param>
    /// <returns>The plugins.</returns>
    public IReadOnlyList<PluginCatalogueEntry> ProvidersOf(string contract) => byContract.GetValueOrDefault(contract) ?? [];

    private static bool IsValid(PluginCatalogueEntry entry, ConfigurationErrors errors)
    {
        var before = errors.Items.Count;
        entry.Manifest.Validate(entry.Origin, errors);
        return errors.Items.Count == before;
    }
}
