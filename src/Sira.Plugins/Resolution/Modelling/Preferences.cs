using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Modelling;

/// <summary>Which package is decided next and at which version: what makes the set the newest, or the least changed.</summary>
/// <remarks>
/// Where one version is left there is no choice, so those come first and cost nothing. Then what is to be kept, then what the host asked for in its order, then the rest, those with the fewest versions left first (they fail soonest; ties by name). Providers of contracts come last, when most plugins are decided: the best provider is one that is there anyway.
/// </remarks>
internal sealed class Preferences
{
    private readonly Dictionary<string, string> preferredProviders = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<ContractPackage, ProviderChoice> choices = [];
    private readonly bool includePrereleases;

    public Preferences(PackagePool pool, ResolutionRequest request)
    {
        includePrereleases = request.IncludePrereleases;
        for (var i = request.Plugins.Count - 1; i >= 0; i--)
        {
            pool.Plugin(request.Plugins[i].Id).Place = i;
        }

        foreach (var identity in request.Prefer)
        {
            var package = pool.Plugin(identity.Id);
            package.Kept = package.PositionOf(identity.Version);
        }

        foreach (var (contract, provider) in request.PreferredProviders)
        {
            preferredProviders[contract] = provider;
        }
    }

    private enum Rank
    {
        Kept,
        Requested,
        Plugin,
        Contract,
    }

    public ProviderChoice ChoiceOf(ContractPackage contract) => choices.GetValueOrDefault(contract, ProviderChoice.Only);

    public (Package Package, int Position)? Next(PartialSolution solution)
    {
        var best = default(Term);
        var bestOrder = (Rank: Rank.Contract, Place: int.MaxValue, Name: string.Empty);
        foreach (var open in solution.Open())
        {
            var count = open.States.Count;
            if (count == 1)
            {
                best = open;
                break;
            }

            var order = OrderOf(open, count);
            if (best.Package is null || Compare(order, bestOrder) < 0)
            {
                (best, bestOrder) = (open, order);
            }
        }

        return best.Package is null ? null : (best.Package, Choose(best, solution));
    }

    private static int Compare((Rank Rank, int Place, string Name) left, (Rank Rank, int Place, string Name) right) =>
        left.Rank != right.Rank ? left.Rank.CompareTo(right.Rank)
        : left.Place != right.Place ? left.Place.CompareTo(right.Place)
        : StringComparer.OrdinalIgnoreCase.Compare(left.Name, right.Name);

    private (Rank Rank, int Place, string Name) OrderOf(Term open, int count) => open.Package switch
    {
        ContractPackage contract => (Rank.Contract, count, contract.Need),
        PluginPackage { Kept: > 0 } plugin when open.States.Contains(plugin.Kept) => (Rank.Kept, count, plugin.Id),
        PluginPackage { Place: { } place } plugin => (Rank.Requested, place, plugin.Id),
        PluginPackage plugin => (Rank.Plugin, count, plugin.Id),
        _ => throw new InvalidOperationException($"{open.Package} is neither a plugin nor a contract."),
    };

    private int Choose(Term open, PartialSolution solution)
    {
        if (open.Package is ContractPackage contract)
        {
            (var position, choices[contract]) = ChooseProvider(contract, open.States, solution);
            return position;
        }

        var plugin = (PluginPackage)open.Package;
        if (plugin.Kept > 0 && open.States.Contains(plugin.Kept))
        {
            return plugin.Kept;
        }

        // A release before any prerelease, unless the host takes them as equals.
        var releases = open.States & plugin.Releases;
        return includePrereleases || releases.IsEmpty ? open.States.Highest : releases.Highest;
    }

    private (int Position, ProviderChoice Choice) ChooseProvider(ContractPackage contract, VersionSet left, PartialSolution solution)
    {
        if (left.Count == 1)
        {
            return (left.Highest, ProviderChoice.Only);
        }

        var best = (Position: left.Highest, Choice: ProviderChoice.Newest);
        for (var position = contract.States - 1; position > 0; position--)
        {
            if (left.Contains(position) && Judge(contract, contract.ProviderAt(position), solution) is var choice && choice < best.Choice)
            {
                best = (position, choice);
            }
        }

        return best;
    }

    private ProviderChoice Judge(ContractPackage contract, ContractProvider provider, PartialSolution solution) =>
        preferredProviders.GetValueOrDefault(contract.Name) is { } preferred && preferred.Equals(provider.Plugin?.Id, StringComparison.OrdinalIgnoreCase) ? ProviderChoice.Preferred
        : provider.Plugin is not { } plugin ? ProviderChoice.Host
        : solution.StatesOf(plugin) is { AllowsAbsence: false } states && states.Overlaps(provider.Versions) ? ProviderChoice.Selected
        : plugin.Kept > 0 && provider.Versions.Contains(plugin.Kept) ? ProviderChoice.Active
        : ProviderChoice.Newest;
}
