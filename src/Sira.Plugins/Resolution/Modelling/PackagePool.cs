using NuGet.Versioning;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Modelling;

/// <summary>The packages of one run, made when they are first met.</summary>
internal sealed class PackagePool(PluginCatalogue catalogue, ResolutionRequest request)
{
    private readonly Dictionary<string, PluginPackage> plugins = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Name, string Range), ContractPackage> contracts = [];

    public PluginCatalogue Catalogue => catalogue;

    /// <summary>The names of all contracts that anybody provides.</summary>
    public IEnumerable<string> Contracts => request.HostContracts.Select(static offer => offer.Name).Concat(catalogue.Contracts);

    private int Count => plugins.Count + contracts.Count;

    public PluginPackage Plugin(string id)
    {
        if (!plugins.TryGetValue(id, out var package))
        {
            var entries = catalogue.VersionsOf(id);
            plugins.Add(id, package = new PluginPackage(Count, entries.Count > 0 ? entries[^1].Manifest.Id : id, entries, request.IncludePrereleases));
        }

        return package;
    }

    public ContractPackage Contract(string name, VersionRange range)
    {
        var key = (name.ToUpperInvariant(), PluginRange.Write(range));
        if (!contracts.TryGetValue(key, out var package))
        {
            var providers = ProvidersOf(name, range);
            contracts.Add(key, package = new ContractPackage(Count, name, range, providers));
        }

        return package;
    }

    /// <summary>What satisfies a dependency: a package, and which of its versions.</summary>
    public (Package Package, VersionSet Versions) Target(PluginDependency dependency)
    {
        if (dependency.Target == DependencyTarget.Contract)
        {
            var contract = Contract(dependency.Name, dependency.Range);
            return (contract, contract.AnyVersion);
        }

        var plugin = Plugin(dependency.Name);
        return (plugin, plugin.Admitted(dependency.Range));
    }

    /// <summary>Every version of a contract that anybody offers, the host included, the newest first.</summary>
    public IEnumerable<(NuGetVersion Version, string Provider)> OffersOf(string contract) =>
        request.HostContracts.Where(offer => Is(offer, contract)).Select(static offer => (offer.Version, "the host"))
            .Concat(catalogue.ProvidersOf(contract).SelectMany(entry => entry.Manifest.Provides.Where(offer => Is(offer, contract)).Select(offer => (offer.Version, entry.Manifest.ToString()))))
            .OrderByDescending(static offer => offer.Version);

    private static bool Is(ProvidedContract offer, string contract) => offer.Name.Equals(contract, StringComparison.OrdinalIgnoreCase);

    private List<ContractProvider> ProvidersOf(string name, VersionRange range)
    {
        var providers = new List<ContractProvider>();
        foreach (var group in catalogue.ProvidersOf(name).GroupBy(static entry => entry.Manifest.Id, StringComparer.OrdinalIgnoreCase).OrderByDescending(static group => group.Key, StringComparer.OrdinalIgnoreCase))
        {
            var plugin = Plugin(group.Key);
            var admitted = group.Select(entry => (plugin, Entry: entry, Offered: entry.Manifest.Provides.First(offer => Is(offer, name)).Version))
                .Where(offer => range.Admits(offer.Offered, request.IncludePrereleases)).ToArray();
            if (admitted.Length > 0)
            {
                providers.Add(new ContractProvider(plugin, VersionSet.Of(admitted.Select(offer => plugin.PositionOf(offer.Entry.Manifest.Version)), plugin.States), admitted.Max(static offer => offer.Offered)!));
            }
        }

        // Sorting is stable: among equals the first by name stays last, where the best stands.
        providers = [.. providers.OrderBy(static provider => provider.Newest)];
        if (request.HostContracts.Where(offer => Is(offer, name) && range.Admits(offer.Version, includePrereleases: true)).MaxBy(static offer => offer.Version) is { } own)
        {
            providers.Add(new ContractProvider(null, default, own.Version));
        }

        return providers;
    }
}
