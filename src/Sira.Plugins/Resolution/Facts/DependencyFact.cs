using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Explaining;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Facts;

/// <summary>Some versions of a plugin need another plugin, or somebody who provides a contract.</summary>
internal sealed class DependencyFact(PackagePool pool, PluginPackage package, VersionSet subject, PluginDependency dependency, Package target, VersionSet admitted) : Fact
{
    public PluginPackage Package => package;

    public VersionSet Subject => subject;

    public PluginDependency Dependency => dependency;

    public override string Describe()
    {
        var dependent = package.Describe(subject);
        return target switch
        {
            ContractPackage contract => $"{dependent} {(dependency.Role == ContractRole.Implements ? "implements" : "consumes")} {contract.Need}{Missing.Describe(pool, contract)}",
            PluginPackage plugin => $"{dependent} depends on {plugin.Id} {dependency.Range.Describe()}".TrimEnd() + Missing.Describe(plugin, admitted),
            _ => dependent,
        };
    }

    public override string? SuggestFix() => target switch
    {
        ContractPackage contract => Missing.SuggestFix(pool, contract),
        PluginPackage plugin => Missing.SuggestFix(pool, plugin, dependency.Range, admitted),
        _ => null,
    };
}
