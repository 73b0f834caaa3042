using NuGet.Versioning;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Modelling;

/// <summary>The need for a contract within a range, as a package whose versions are those who could provide it: so the solver chooses among providers as it chooses among versions.</summary>
/// <param name="index">Its place among the packages.</param>
/// <param name="name">The contract's name.</param>
/// <param name="range">The versions of the contract that will do.</param>
/// <param name="providers">Who provides it, the best last.</param>
internal sealed class ContractPackage(int index, string name, VersionRange range, IReadOnlyList<ContractProvider> providers) : Package(index, providers.Count)
{
    public string Name => name;

    public IReadOnlyList<ContractProvider> Providers => providers;

    public ContractProvider ProviderAt(int position) => providers[position - 1];

    /// <summary>The need in words: <c>contract Acme.Index ≥ 1.4.0 &lt; 2.0.0</c>.</summary>
    public string Need { get; } = $"contract {name} {range.Describe()}".TrimEnd();

    public override string Describe(VersionSet versions)
    {
        if (versions == AnyVersion)
        {
            return Need;
        }

        var names = Enumerable.Range(1, providers.Count).Where(versions.Contains).Select(position => ProviderAt(position).Plugin?.Id ?? "the host");
        return $"{Need} from {string.Join(" or ", names.Order(StringComparer.OrdinalIgnoreCase))}";
    }
}
