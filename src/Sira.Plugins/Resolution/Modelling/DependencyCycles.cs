using Sira.Plugins.Resolution.Facts;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Modelling;

/// <summary>Looks for plugins of a solution that require one another in a circle. Each would have to be started before the other.</summary>
internal sealed class DependencyCycles(PackagePool pool, PartialSolution solution)
{
    private readonly Dictionary<Package, int> positions = solution.Decisions().ToDictionary(static decision => decision.Package, static decision => decision.Position);
    private readonly Dictionary<Package, bool> finished = [];

    /// <summary>An incompatibility of the versions that form a circle; <see langword="null"/> when there is none.</summary>
    public Incompatibility? Find()
    {
        foreach (var package in positions.Keys.OrderBy(static package => package.Index))
        {
            if (Walk(package) is { } circle)
            {
                return Forbid(circle);
            }
        }

        return null;
    }

    // Depth first with a stack of its own: a chain of plugins may be longer than the thread's.
    private List<Package>? Walk(Package start)
    {
        if (finished.ContainsKey(start))
        {
            return null;
        }

        var stack = new Stack<(Package Package, IEnumerator<Package> Remaining)>();
        var path = new List<Package>();
        Enter(start);
        while (stack.TryPeek(out var top))
        {
            if (!top.Remaining.MoveNext())
            {
                finished[top.Package] = true;
                stack.Pop();
                path.RemoveAt(path.Count - 1);
            }
            else if (!finished.TryGetValue(top.Remaining.Current, out var isFinished))
            {
                Enter(top.Remaining.Current);
            }
            else if (!isFinished)
            {
                return path[path.IndexOf(top.Remaining.Current)..];
            }
        }

        return null;

        void Enter(Package package)
        {
            finished[package] = false;
            path.Add(package);
            stack.Push((package, Next(package).GetEnumerator()));
        }
    }

    private IEnumerable<Package> Next(Package package)
    {
        var position = positions[package];
        return package switch
        {
            PluginPackage plugin => plugin.ManifestAt(position).Dependencies.Where(static dependency => !dependency.Optional).Select(dependency => pool.Target(dependency).Package).Where(target => !IsProvidedBy(target, plugin)),
            ContractPackage contract => contract.ProviderAt(position).Plugin is { } provider ? [provider] : [],
            _ => [],
        };
    }

    // A plugin that consumes what it provides itself waits for nobody.
    private bool IsProvidedBy(Package target, PluginPackage plugin) => target is ContractPackage contract && contract.ProviderAt(positions[contract]).Plugin == plugin;

    // All versions that point to the next one in the circle are part of it, not only those selected.
    private Incompatibility Forbid(List<Package> circle)
    {
        var terms = circle.Select((package, i) => new Term(package, PointingTo(package, circle[(i + 1) % circle.Count]))).ToArray();
        return new Incompatibility(new CycleFact(circle, terms), terms);
    }

    private VersionSet PointingTo(Package package, Package next) => package switch
    {
        PluginPackage plugin => VersionSet.Of(Enumerable.Range(1, plugin.States - 1).Where(position => plugin.ManifestAt(position).Dependencies.Any(dependency => !dependency.Optional && pool.Target(dependency).Package == next)), plugin.States),
        ContractPackage contract => VersionSet.Of(Enumerable.Range(1, contract.States - 1).Where(position => contract.ProviderAt(position).Plugin == next), contract.States),
        _ => default,
    };
}
