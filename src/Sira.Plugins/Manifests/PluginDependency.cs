using NuGet.Versioning;

namespace Sira.Plugins.Manifests;

/// <summary>Something that a plugin cannot work without, or works better with.</summary>
/// <param name="Target">Whether a plugin or a contract is named.</param>
/// <param name="Name">The plugin's id or the contract's name; case does not matter.</param>
/// <param name="Range">The versions that will do.</param>
public sealed record PluginDependency(DependencyTarget Target, string Name, VersionRange Range)
{
    /// <summary>Gets what the plugin does with what it names. The resolver reads only <see cref="Range"/>; the role chooses the range where a manifest states the version it was built for, and words the explanations.</summary>
    /// <value>Default <see cref="ContractRole.Consumes"/>.</value>
    public ContractRole Role { get; init; }

    /// <summary>Gets whether the plugin also works without. An optional dependency is used when it is present and within the range; it never brings a plugin in and never refuses one.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool Optional { get; init; }

    /// <summary>Names a plugin.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="range">The versions that will do, in interval notation.</param>
    /// <returns>The dependency.</returns>
    /// <exception cref="ArgumentException">The range cannot be read.</exception>
    public static PluginDependency OnPlugin(string id, string range) => new(DependencyTarget.Plugin, id, PluginRange.Parse(range));

    /// <summary>Names a contract by the version that the plugin was built for.</summary>
    /// <param name="contract">Its name.</param>
    /// <param name="builtFor">The version it was built for.</param>
    /// <param name="role">Whether the plugin calls it or implements it; decides the range.</param>
    /// <returns>The dependency.</returns>
    public static PluginDependency OnContract(string contract, NuGetVersion builtFor, ContractRole role = ContractRole.Consumes) =>
        new(DependencyTarget.Contract, contract, PluginRange.BuiltFor(builtFor, role)) { Role = role };
}
