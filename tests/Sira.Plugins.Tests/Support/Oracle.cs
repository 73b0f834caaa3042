using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution;

namespace Sira.Plugins.Tests.Support;

/// <summary>Finds every consistent set by trying all combinations, reading the rules from manifests alone. Shares nothing with the solver but the meaning of a range.</summary>
internal sealed class Oracle
{
    private readonly ResolutionRequest request;
    private readonly PluginManifest[][] plugins;

    public Oracle(IEnumerable<PluginManifest> manifests, ResolutionRequest request)
    {
        this.request = request;
        plugins = [.. manifests.GroupBy(static manifest => manifest.Id).Select(static group => group.OrderBy(static manifest => manifest.Version).ToArray())];
    }

    public List<PluginManifest[]> Consistent() => [.. Combinations(0).Select(static set => set.ToArray()).Where(IsConsistent)];

    public bool IsConsistent(PluginManifest[] set) =>
        request.Plugins.All(asked => set.Any(plugin => plugin.Id == asked.Id && Admits(asked.Range, plugin)))
        && request.Pins.All(pin => plugins.Any(versions => versions[0].Id == pin.Id) && set.All(plugin => plugin.Id != pin.Id || plugin.Version == pin.Version))
        && set.All(plugin => plugin.Kernel.Admits(request.Kernel, request.IncludePrereleases))
        && set.All(plugin => plugin.Conflicts.All(conflict => !set.Any(other => other.Id == conflict.Id && Admits(conflict.Range, other))))
        && CanAllStart(set);

    // Again and again whoever has all it requires started: none left means that everything is there and nothing is circular.
    private bool CanAllStart(PluginManifest[] set)
    {
        var started = new List<PluginManifest>();
        while (started.Count < set.Length)
        {
            var ready = set.Where(plugin => !started.Contains(plugin) && plugin.Dependencies.All(need => need.Optional || IsMet(need, plugin, started))).ToArray();
            if (ready.Length == 0)
            {
                return false;
            }

            started.AddRange(ready);
        }

        return true;
    }

    private bool IsMet(PluginDependency need, PluginManifest plugin, List<PluginManifest> started) => need.Target == DependencyTarget.Plugin
        ? started.Any(other => other.Id == need.Name && Admits(need.Range, other))
        : request.HostContracts.Concat(started.Append(plugin).SelectMany(static other => other.Provides))
            .Any(offer => offer.Name == need.Name && need.Range.Admits(offer.Version, request.IncludePrereleases));

    private bool Admits(NuGet.Versioning.VersionRange range, PluginManifest plugin) => range.Admits(plugin.Version, request.IncludePrereleases);

    private IEnumerable<IEnumerable<PluginManifest>> Combinations(int index) => index == plugins.Length
        ? [[]]
        : Combinations(index + 1).SelectMany(rest => plugins[index].Select(rest.Append).Prepend(rest));
}
