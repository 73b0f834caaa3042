using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Modelling;

/// <summary>Turns a solution into what the host gets: the plugins in the order of starting, with what became of their dependencies.</summary>
internal sealed class SelectedSet
{
    private readonly PackagePool pool;
    private readonly PluginProblem problem;
    private readonly ResolutionRequest request;
    private readonly Dictionary<Package, int> positions;
    private readonly PluginPackage[] plugins;
    private readonly Dictionary<PluginPackage, HashSet<PluginPackage>> before = [];

    public SelectedSet(PackagePool pool, PluginProblem problem, ResolutionRequest request, PartialSolution solution)
    {
        (this.pool, this.problem, this.request) = (pool, problem, request);
        positions = solution.Decisions().ToDictionary(static decision => decision.Package, static decision => decision.Position);
        plugins = [.. positions.Keys.OfType<PluginPackage>().OrderBy(static plugin => plugin.Id, StringComparer.OrdinalIgnoreCase)];
        foreach (var plugin in plugins)
        {
            before[plugin] = [];
        }
    }

    public IReadOnlyList<ResolvedPlugin> InStartOrder()
    {
        var dependencies = plugins.ToDictionary(static plugin => plugin, static _ => new Dictionary<PluginDependency, ResolvedDependency>(ReferenceEqualityComparer.Instance));

        // What is required forms no circle; what is optional is used only where it forms none either.
        foreach (var optional in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var plugin in plugins)
            {
                foreach (var dependency in Manifest(plugin).Dependencies.Where(dependency => dependency.Optional == optional))
                {
                    dependencies[plugin][dependency] = optional ? BindOptional(plugin, dependency) : BindRequired(plugin, dependency);
                }
            }
        }

        var requested = request.Plugins.Select(static plugin => plugin.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. Sorted().Select(plugin => new ResolvedPlugin(
            Manifest(plugin),
            plugin.EntryAt(positions[plugin]).Origin,
            requested.Contains(plugin.Id),
            [.. Manifest(plugin).Dependencies.Select(dependency => dependencies[plugin][dependency])]))];
    }

    private PluginManifest Manifest(PluginPackage plugin) => plugin.ManifestAt(positions[plugin]);

    private ResolvedDependency BindRequired(PluginPackage plugin, PluginDependency dependency)
    {
        if (pool.Target(dependency).Package is not ContractPackage contract)
        {
            return Bind(plugin, dependency, pool.Plugin(dependency.Name), choice: null);
        }

        var provider = contract.ProviderAt(positions[contract]).Plugin;
        return provider is null
            ? new ResolvedDependency(dependency, DependencyStatus.Host, null, problem.ChoiceOf(contract))
            : Bind(plugin, dependency, provider, problem.ChoiceOf(contract));
    }

    private ResolvedDependency Bind(PluginPackage plugin, PluginDependency dependency, PluginPackage provider, ProviderChoice? choice)
    {
        if (provider != plugin)
        {
            before[plugin].Add(provider);
        }

        return new ResolvedDependency(dependency, DependencyStatus.Plugin, Manifest(provider).Identity, choice);
    }

    private ResolvedDependency BindOptional(PluginPackage plugin, PluginDependency dependency)
    {
        var (present, isWithin) = dependency.Target == DependencyTarget.Plugin ? FindPlugin(dependency) : FindProvider(dependency);
        if (!isWithin)
        {
            return new ResolvedDependency(dependency, present is null ? DependencyStatus.Absent : DependencyStatus.OutOfRange, present is null ? null : Manifest(present).Identity, null);
        }

        return present is null ? new ResolvedDependency(dependency, DependencyStatus.Host, null, null)
            : present != plugin && Precedes(plugin, present) ? new ResolvedDependency(dependency, DependencyStatus.Circular, Manifest(present).Identity, null)
            : Bind(plugin, dependency, present, choice: null);
    }

    private (PluginPackage? Present, bool IsWithin) FindPlugin(PluginDependency dependency)
    {
        var plugin = pool.Plugin(dependency.Name);
        return positions.TryGetValue(plugin, out var position) ? (plugin, plugin.Admitted(dependency.Range).Contains(position)) : (null, false);
    }

    // The best provider is the last; no plugin and within the range means the host.
    private (PluginPackage? Present, bool IsWithin) FindProvider(PluginDependency dependency)
    {
        foreach (var provider in pool.Contract(dependency.Name, dependency.Range).Providers.Reverse())
        {
            if (provider.Plugin is not { } plugin || (positions.TryGetValue(plugin, out var position) && provider.Versions.Contains(position)))
            {
                return (provider.Plugin, true);
            }
        }

        return (Array.Find(plugins, plugin => Manifest(plugin).Provides.Any(offer => offer.Name.Equals(dependency.Name, StringComparison.OrdinalIgnoreCase))), false);
    }

    // Whether a plugin must be started before another, directly or through others.
    private bool Precedes(PluginPackage first, PluginPackage second)
    {
        var seen = new HashSet<PluginPackage> { second };
        var pending = new Stack<PluginPackage>(seen);
        while (pending.TryPop(out var next))
        {
            foreach (var earlier in before[next])
            {
                if (earlier == first)
                {
                    return true;
                }

                if (seen.Add(earlier))
                {
                    pending.Push(earlier);
                }
            }
        }

        return false;
    }

    // Kahn's algorithm; among those that are ready the first by name, so that the order is the same everywhere.
    private IEnumerable<PluginPackage> Sorted()
    {
        var waiting = plugins.ToDictionary(static plugin => plugin, plugin => before[plugin].Count);
        var after = plugins.SelectMany(plugin => before[plugin].Select(earlier => (earlier, plugin))).ToLookup(static pair => pair.earlier, static pair => pair.plugin);
        var ready = new PriorityQueue<PluginPackage, string>(plugins.Where(plugin => waiting[plugin] == 0).Select(static plugin => (plugin, plugin.Id)), StringComparer.OrdinalIgnoreCase);
        while (ready.TryDequeue(out var plugin, out _))
        {
            yield return plugin;
            foreach (var next in after[plugin])
            {
                if (--waiting[next] == 0)
                {
                    ready.Enqueue(next, next.Id);
                }
            }
        }
    }
}
