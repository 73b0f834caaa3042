using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution;
using Sira.Plugins.Resolution.Explaining;
using Sira.Plugins.Resolution.Facts;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Tests.Support;

/// <summary>Checks an explanation from outside: every fact it rests on is true of the manifests, every step follows, and the facts together leave no way out.</summary>
internal sealed class ProofCheck(RandomPlugins world, ResolutionFailure failure)
{
    // Trying all states is exponential in the packages that the proof names.
    private const int MostStates = 20_000;

    public void Check(int seed)
    {
        Incompatibility[] leaves = [.. new Derivation(failure.Proof).Leaves()];
        Package[] packages = [.. leaves.SelectMany(static leaf => leaf.Terms).Select(static term => term.Package).Distinct()];
        Assert.All(leaves, leaf => Assert.True(IsTrue(leaf), $"Seed {seed}: not true: {((Fact)leaf.Cause).Describe()}"));
        Assert.DoesNotContain('\uFFFD', failure.Explanation);
        Assert.EndsWith(".", failure.Explanation, StringComparison.Ordinal);
        if (packages.Aggregate(1L, static (product, package) => product * package.States) <= MostStates)
        {
            Assert.True(IsUnsatisfiable(leaves, packages, new Dictionary<Package, int>()), $"Seed {seed}: the facts do not suffice.\n{failure}");
        }
    }

    private static bool IsUnsatisfiable(Incompatibility[] leaves, ReadOnlySpan<Package> rest, Dictionary<Package, int> states)
    {
        if (rest.Length == 0)
        {
            return Array.Exists(leaves, leaf => Array.TrueForAll(leaf.Terms, term => term.States.Contains(states[term.Package])));
        }

        for (var state = 0; state < rest[0].States; state++)
        {
            states[rest[0]] = state;
            if (!IsUnsatisfiable(leaves, rest[1..], states))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsTrue(Incompatibility leaf) => leaf.Cause switch
    {
        RequestFact fact => world.Request.Plugins.Contains(fact.Request) && IsInverse(leaf, fact.Package, manifest => Admits(fact.Request.Range, manifest)),
        PinFact fact => world.Request.Pins.Contains(fact.Pin) && Is(Only(leaf, fact.Package), fact.Package, manifest => manifest.Version != fact.Pin.Version),
        UnknownPinFact fact => leaf.Terms.Length == 0 && world.Manifests.All(manifest => manifest.Id != fact.Pin.Id),
        KernelFact fact => All(Only(leaf, fact.Package), fact.Package, manifest => !Admits(manifest.Kernel, world.Request.Kernel)),
        ConflictFact fact => All(In(leaf, fact.Package), fact.Package, manifest => manifest.Conflicts.Any(conflict => conflict.Id == fact.Conflict.Id && leaf.Terms.Length == 2
            && leaf.Terms.Single(term => term.Package != fact.Package) is var other && All(other.States, (PluginPackage)other.Package, refused => refused.Id == conflict.Id && Admits(conflict.Range, refused)))),
        DependencyFact fact => All(In(leaf, fact.Package), fact.Package, manifest => manifest.Dependencies.Any(need => !need.Optional && IsNeed(leaf, fact, need))),
        ProviderFact fact => fact.Provider.Plugin is { } plugin && IsInverse(leaf, plugin, manifest => Provides(manifest, fact.Contract)),
        CycleFact fact => fact.Circle.Select((package, i) => (package, next: fact.Circle[(i + 1) % fact.Circle.Count])).All(edge => Points(leaf, edge.package, edge.next)),
        _ => false,
    };

    // "A needs B within T" is the incompatibility of A with B outside T: the other term must hold every state that does not satisfy the need.
    private bool IsNeed(Incompatibility leaf, DependencyFact fact, PluginDependency need)
    {
        if (need.Target != fact.Dependency.Target || need.Name != fact.Dependency.Name)
        {
            return false;
        }

        if (leaf.Terms.Length == 1)
        {
            return need.Target == DependencyTarget.Plugin
                ? !world.Manifests.Any(manifest => manifest.Id == need.Name && Admits(need.Range, manifest))
                : !world.Manifests.SelectMany(static manifest => manifest.Provides).Concat(world.Request.HostContracts).Any(offer => offer.Name == need.Name && Admits(need.Range, offer.Version));
        }

        var other = leaf.Terms.Single(term => term.Package != fact.Package);
        return other.Package is PluginPackage plugin
            ? fact.IsUnited
                ? plugin.Entries.All(entry => !Admits(need.Range, entry.Manifest) || other.Inverse.States.Contains(plugin.PositionOf(entry.Manifest.Version)))
                : Is(other.Inverse.States, plugin, manifest => Admits(need.Range, manifest))
            : other.Inverse.States == other.Package.AnyVersion && ((ContractPackage)other.Package).Providers.Select(static provider => provider.Plugin?.Id ?? string.Empty).Order().SequenceEqual(
                world.Manifests.Where(manifest => Provides(manifest, (ContractPackage)other.Package)).Select(static manifest => manifest.Id)
                    .Concat(world.Request.HostContracts.Where(offer => offer.Name == need.Name && Admits(need.Range, offer.Version)).Select(static _ => string.Empty)).Distinct().Order());
    }

    private static bool Points(Incompatibility leaf, Package from, Package to) => from is PluginPackage plugin
        ? All(In(leaf, from), plugin, manifest => manifest.Dependencies.Any(need => !need.Optional && (to is PluginPackage target ? need.Name == target.Id : to is ContractPackage contract && need.Name == contract.Name)))
        : Enumerable.Range(1, from.States - 1).Where(In(leaf, from).Contains).All(position => ((ContractPackage)from).ProviderAt(position).Plugin == to);

    private bool Provides(PluginManifest manifest, ContractPackage contract) => manifest.Provides.Any(offer =>
        offer.Name == contract.Name && contract.Need.EndsWith(RangeOf(contract).Describe(), StringComparison.Ordinal) && Admits(RangeOf(contract), offer.Version));

    // The range of a contract stands in the dependencies that made it.
    private NuGet.Versioning.VersionRange RangeOf(ContractPackage contract) => world.Manifests.SelectMany(static manifest => manifest.Dependencies)
        .First(need => need.Target == DependencyTarget.Contract && $"contract {need.Name} {need.Range.Describe()}".TrimEnd() == contract.Need).Range;

    private bool IsInverse(Incompatibility leaf, PluginPackage package, Func<PluginManifest, bool> which)
    {
        var states = leaf.Terms.FirstOrDefault(term => term.Package == package) is { Package: not null } term ? term.Inverse.States : default;
        return states.IsEmpty ? !package.Entries.Any(entry => which(entry.Manifest)) : Is(states, package, which);
    }

    private static VersionSet Only(Incompatibility leaf, Package package) => Assert.Single(leaf.Terms) is var term && term.Package == package ? term.States : default;

    private static VersionSet In(Incompatibility leaf, Package package) => leaf.Terms.Single(term => term.Package == package).States;

    private static bool Is(VersionSet states, PluginPackage package, Func<PluginManifest, bool> which) =>
        !states.AllowsAbsence && Enumerable.Range(1, package.States - 1).All(position => states.Contains(position) == which(package.ManifestAt(position)));

    private static bool All(VersionSet states, PluginPackage package, Func<PluginManifest, bool> rule) =>
        !states.IsEmpty && !states.AllowsAbsence && Enumerable.Range(1, package.States - 1).Where(states.Contains).All(position => rule(package.ManifestAt(position)));

    private bool Admits(NuGet.Versioning.VersionRange range, PluginManifest manifest) => Admits(range, manifest.Version);

    private bool Admits(NuGet.Versioning.VersionRange range, NuGet.Versioning.NuGetVersion version) => range.Admits(version, world.Request.IncludePrereleases);
}
