using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Explaining;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Facts;

/// <summary>Some versions of a plugin need another plugin, or somebody who provides a contract.</summary>
/// <param name="pool">The packages.</param>
/// <param name="package">The plugin.</param>
/// <param name="subject">Its versions that this is true of.</param>
/// <param name="dependency">What they need, or one of them.</param>
/// <param name="target">What satisfies it.</param>
/// <param name="admitted">The versions of the target that do.</param>
/// <param name="isUnited">Whether the single versions need less each, and these between them.</param>
internal sealed class DependencyFact(PackagePool pool, PluginPackage package, VersionSet subject, PluginDependency dependency, Package target, VersionSet admitted, bool isUnited) : Fact
{
    public PluginPackage Package => package;

    public VersionSet Subject => subject;

    public PluginDependency Dependency => dependency;

    public bool IsUnited => isUnited;

    public override string Describe()
    {
        var dependent = package.Describe(subject);
        return target switch
        {
            ContractPackage contract => $"{dependent} {(dependency.Role == ContractRole.Implements ? "implements" : "consumes")} {contract.Need}{Missing.Describe(pool, contract)}",
            PluginPackage plugin when isUnited => $"{dependent} depends on {(admitted == plugin.AnyVersion ? plugin.Id : plugin.Describe(admitted))}",
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
