using NuGet.Versioning;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Explaining;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Modelling;

/// <summary>A plugin in all its versions.</summary>
internal sealed class PluginPackage : Package
{
    private readonly IReadOnlyList<PluginCatalogueEntry> entries;
    private readonly bool includePrereleases;
    private Dictionary<string, List<(int Position, PluginDependency Dependency)>>? dependencies;

    public PluginPackage(int index, string id, IReadOnlyList<PluginCatalogueEntry> entries, bool includePrereleases)
        : base(index, entries.Count)
    {
        (Id, this.entries, this.includePrereleases) = (id, entries, includePrereleases);
        Releases = VersionSet.Of(Enumerable.Range(1, entries.Count).Where(position => !VersionAt(position).IsPrerelease), States);
    }

    public string Id { get; }

    /// <summary>The versions that are no prereleases.</summary>
    public VersionSet Releases { get; }

    public IReadOnlyList<PluginCatalogueEntry> Entries => entries;

    /// <summary>The place among the plugins that the host asks for; <see langword="null"/> when it does not.</summary>
    public int? Place { get; set; }

    /// <summary>The position of the version to keep if possible; 0 when there is none.</summary>
    public int Kept { get; set; }

    public PluginCatalogueEntry EntryAt(int position) => entries[position - 1];

    public PluginManifest ManifestAt(int position) => entries[position - 1].Manifest;

    public NuGetVersion VersionAt(int position) => entries[position - 1].Manifest.Version;

    /// <summary>The position of a version; 0 when there is no such version.</summary>
    public int PositionOf(NuGetVersion version)
    {
        var position = FirstNotBelow(version);
        return position < States && VersionAt(position) == version ? position : 0;
    }

    /// <summary>The versions that a range admits.</summary>
    public VersionSet Admitted(VersionRange range)
    {
        if (range.IsFloating)
        {
            return Where(1, States - 1, range);
        }

        var first = range.HasLowerBound ? FirstNotBelow(range.MinVersion!) : 1;
        var last = range.HasUpperBound ? FirstNotBelow(range.MaxVersion!) : States - 1;
        first += range.HasLowerBound && !range.IsMinInclusive && first < States && VersionAt(first) == range.MinVersion ? 1 : 0;
        last -= range.HasUpperBound && !(range.IsMaxInclusive && last < States && VersionAt(last) == range.MaxVersion) ? 1 : 0;
        var between = VersionSet.Between(first, last, States);
        return between.IsSubsetOf(Releases) ? between : Where(first, last, range);
    }

    /// <summary>The dependencies of all versions on one name, by position.</summary>
    public IReadOnlyList<(int Position, PluginDependency Dependency)> DependenciesOn(DependencyTarget target, string name)
    {
        if (dependencies is null)
        {
            dependencies = new(StringComparer.OrdinalIgnoreCase);
            for (var position = 1; position < States; position++)
            {
                foreach (var dependency in ManifestAt(position).Dependencies)
                {
                    var key = Key(dependency.Target, dependency.Name);
                    (dependencies.TryGetValue(key, out var list) ? list : dependencies[key] = []).Add((position, dependency));
                }
            }
        }

        return dependencies.TryGetValue(Key(target, name), out var found) ? found : [];
    }

    public override string Describe(VersionSet versions) => VersionText.Describe(this, versions);

    // Contract names stand apart from plugin ids by a character that neither may hold.
    private static string Key(DependencyTarget target, string name) => target == DependencyTarget.Plugin ? name : ":" + name;

    private VersionSet Where(int first, int last, VersionRange range) =>
        VersionSet.Of(Enumerable.Range(first, Math.Max(last - first + 1, 0)).Where(position => range.Admits(VersionAt(position), includePrereleases)), States);

    private int FirstNotBelow(NuGetVersion version)
    {
        var (low, high) = (1, States);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = VersionOrder.Compare(VersionAt(middle), version) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
