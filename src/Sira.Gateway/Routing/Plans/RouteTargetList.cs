using Sira.Backends;
using Sira.Decisions;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Routing.Plans;

/// <summary>Puts the targets of a route together: its own, those of its arms, its fallbacks in the order of their kinds.</summary>
internal sealed class RouteTargetList(TargetFactory factory, RouteKind kind, RouteOptions options, GatewayOptions gateway, IReadOnlyList<IBackend> backends, ConfigurationErrors errors)
{
    private readonly List<RouteTarget> built = [];

    // Counts on over the route's own targets and those of its arms, and anew for each kind of fallback.
    private int position;
    private FallbackKind last;

    public IReadOnlyList<RouteTarget> Built => built;

    /// <summary>Adds the targets of a list.</summary>
    public void Add(IEnumerable<string> names, string path, FallbackKind fallback, bool isArmOnly = false)
    {
        if (built.Count == 0 || fallback != last)
        {
            (position, last) = (-1, fallback);
        }

        string? previous = null;
        foreach (var name in names)
        {
            if (TargetFinder.Find(name, path, backends, errors) is not { } found)
            {
                continue;
            }

            var model = found.Backend.GetModel(found.ModelId);
            if (!TargetFinder.CheckKind(kind, found.Backend, model, name, path, errors) || IsThere(found, name, path, fallback))
            {
                continue;
            }

            // Deployments of one model that stand together are equals; any other model is the next in order.
            position += model.CanonicalId == previous ? 0 : 1;
            previous = model.CanonicalId;
            built.Add(factory.Create(found.Backend, found.ModelId, kind, position, fallback, options.Weights.TryGetValue(name, out var weight) ? weight : 1, gateway, isArmOnly: isArmOnly, isShared: options.Queue.FairShare.By is not BudgetScope.All));
        }
    }

    // Backend names ignore case, so two spellings may mean one target; equal spellings are found before. That a route has a fallback of all routes already is no mistake.
    private bool IsThere((IBackend Backend, string ModelId) found, string name, string path, FallbackKind fallback)
    {
        if (!built.Exists(other => other.Name == RouteTarget.NameOf(found.Backend, found.ModelId)))
        {
            return false;
        }

        if (fallback is FallbackKind.Default)
        {
            return true;
        }

        if (Configuration.Policies.RouteTargetLists.AllOf(options).Count(other => other == name) > 1)
        {
            return false;
        }

        errors.Add(path, $"the target '{name}' is listed before in another spelling.", "List it once; to give it more traffic, set its weight.");
        return true;
    }
}
