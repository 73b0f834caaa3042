using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Facts;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Modelling;

/// <summary>Puts manifests and a request to the solver.</summary>
internal sealed class PluginProblem(PackagePool pool, ResolutionRequest request) : IProblem
{
    private readonly Preferences preferences = new(pool, request);
    private readonly HashSet<(StatementKind Kind, Package Package, Package Target, VersionSet Versions)> stated = [];
    private readonly HashSet<Package> kernelStated = [];
    private readonly HashSet<Package> providersStated = [];

    // What has been handed to the solver; a united need is true of one major version only, so it does not stand for an equal single one.
    private enum StatementKind
    {
        Need,
        UnitedNeed,
        Conflict,
    }

    /// <summary>Why a contract comes from where it comes from.</summary>
    public ProviderChoice ChoiceOf(ContractPackage contract) => preferences.ChoiceOf(contract);

    public IEnumerable<Incompatibility> Requirements()
    {
        foreach (var pin in request.Pins)
        {
            var package = pool.Plugin(pin.Id);
            var position = package.PositionOf(pin.Version);
            if (package.States == 1)
            {
                yield return new Incompatibility(new UnknownPinFact(pool, pin));
                continue;
            }

            var others = position == 0 ? package.AnyVersion : package.AnyVersion - VersionSet.Of(position, package.States);
            if (!others.IsEmpty)
            {
                yield return new Incompatibility(new PinFact(package, pin), new Term(package, others));
            }
        }

        foreach (var plugin in request.Plugins)
        {
            var package = pool.Plugin(plugin.Id);
            var admitted = package.Admitted(plugin.Range);
            yield return new Incompatibility(new RequestFact(pool, package, plugin, admitted), new Term(package, admitted).Inverse);
        }
    }

    public (Package Package, int Position)? Next(PartialSolution solution) => preferences.Next(solution);

    public IEnumerable<Incompatibility> FactsOf(Package package, int position) => package switch
    {
        PluginPackage plugin => FactsOf(plugin, position),
        ContractPackage contract => FactsOf(contract),
        _ => [],
    };

    public Incompatibility? Check(PartialSolution solution) => new DependencyCycles(pool, solution).Find();

    private IEnumerable<Incompatibility> FactsOf(PluginPackage plugin, int position)
    {
        if (kernelStated.Add(plugin))
        {
            foreach (var fact in KernelFacts(plugin))
            {
                yield return fact;
            }
        }

        var manifest = plugin.ManifestAt(position);
        foreach (var dependency in manifest.Dependencies)
        {
            if (dependency.Optional)
            {
                continue;
            }

            foreach (var fact in dependency.Target == DependencyTarget.Plugin ? DependencyFacts(plugin, position, dependency) : ContractFacts(plugin, dependency))
            {
                yield return fact;
            }
        }

        foreach (var conflict in manifest.Conflicts)
        {
            var other = pool.Plugin(conflict.Id);
            var versions = other.Admitted(conflict.Range);
            if (!versions.IsEmpty && stated.Add((StatementKind.Conflict, plugin, other, versions)))
            {
                var subject = VersionSet.Of(Enumerable.Range(1, plugin.States - 1).Where(at => plugin.ManifestAt(at).Conflicts.Any(IsAlike)), plugin.States);
                yield return new Incompatibility(new ConflictFact(plugin, subject, conflict, other), new Term(plugin, subject), new Term(other, versions));

                bool IsAlike(PluginConflict found) => found.Id.Equals(conflict.Id, StringComparison.OrdinalIgnoreCase) && other.Admitted(found.Range) == versions;
            }
        }
    }

    private IEnumerable<Incompatibility> DependencyFacts(PluginPackage plugin, int position, PluginDependency dependency)
    {
        var target = pool.Plugin(dependency.Name);
        var versions = target.Admitted(dependency.Range);
        if (!stated.Add((StatementKind.Need, plugin, target, versions)))
        {
            yield break;
        }

        // One fact for all versions that need the same: a conflict with one of them is then a conflict with all.
        var major = plugin.VersionAt(position).Major;
        var (alike, akin, united) = (new List<int>(), new List<int>(), versions);
        foreach (var (at, other) in plugin.DependenciesOn(DependencyTarget.Plugin, dependency.Name))
        {
            if (other.Optional)
            {
                continue;
            }

            var admitted = ReferenceEquals(other.Range, dependency.Range) ? versions : target.Admitted(other.Range);
            if (admitted == versions)
            {
                alike.Add(at);
            }

            if (plugin.VersionAt(at).Major == major)
            {
                akin.Add(at);
                united |= admitted;
            }
        }

        // What a whole major version needs between its versions follows from the single facts; stated at once it shortens searches and explanations.
        if (united != versions && stated.Add((StatementKind.UnitedNeed, plugin, target, united)))
        {
            yield return Depends(akin, united, isUnited: true);
        }

        yield return Depends(alike, versions, isUnited: false);

        Incompatibility Depends(List<int> positions, VersionSet needed, bool isUnited)
        {
            var subject = VersionSet.Of(positions, plugin.States);
            return new Incompatibility(new DependencyFact(pool, plugin, subject, dependency, target, needed, isUnited), new Term(plugin, subject), new Term(target, needed).Inverse);
        }
    }

    private IEnumerable<Incompatibility> ContractFacts(PluginPackage plugin, PluginDependency dependency)
    {
        var contract = pool.Contract(dependency.Name, dependency.Range);
        if (stated.Add((StatementKind.Need, plugin, contract, contract.AnyVersion)))
        {
            var range = PluginRange.Write(dependency.Range);
            var alike = plugin.DependenciesOn(DependencyTarget.Contract, dependency.Name).Where(other => !other.Dependency.Optional && PluginRange.Write(other.Dependency.Range) == range);
            var subject = VersionSet.Of(alike.Select(static other => other.Position), plugin.States);
            yield return new Incompatibility(new DependencyFact(pool, plugin, subject, dependency, contract, contract.AnyVersion, isUnited: false), new Term(plugin, subject), new Term(contract, contract.AnyVersion).Inverse);
        }
    }

    // The kernel is there, prerelease or not; nobody chooses it here.
    private IEnumerable<Incompatibility> KernelFacts(PluginPackage plugin) =>
        Enumerable.Range(1, plugin.States - 1)
            .Where(position => !plugin.ManifestAt(position).Kernel.Admits(request.Kernel, includePrereleases: true))
            .GroupBy(position => (Range: PluginRange.Write(plugin.ManifestAt(position).Kernel), plugin.ManifestAt(position).KernelRole))
            .Select(group => (Subject: VersionSet.Of(group, plugin.States), Manifest: plugin.ManifestAt(group.First())))
            .Select(found => new Incompatibility(new KernelFact(plugin, found.Subject, found.Manifest, request.Kernel), new Term(plugin, found.Subject)));

    private IEnumerable<Incompatibility> FactsOf(ContractPackage contract)
    {
        if (!providersStated.Add(contract))
        {
            yield break;
        }

        for (var position = 1; position < contract.States; position++)
        {
            var provider = contract.ProviderAt(position);
            if (provider.Plugin is { } plugin)
            {
                yield return new Incompatibility(new ProviderFact(contract, provider), new Term(contract, VersionSet.Of(position, contract.States)), new Term(plugin, provider.Versions).Inverse);
            }
        }
    }
}
