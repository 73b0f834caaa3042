using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Facts;

/// <summary>A contract is provided by a plugin in some of its versions.</summary>
internal sealed class ProviderFact(ContractPackage contract, ContractProvider provider) : Fact
{
    public ContractPackage Contract => contract;

    public ContractProvider Provider => provider;

    public override string Describe() => contract.Providers.Count == 1
        ? $"only {provider.Plugin!.Describe(provider.Versions)} provides {contract.Need}"
        : $"of {provider.Plugin!.Id} only {provider.Plugin.Describe(provider.Versions)} provides {contract.Need}";
}
