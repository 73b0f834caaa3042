namespace Sira.Plugins.Loading.Packages;

/// <summary>What the host loads of a package.</summary>
/// <param name="Assemblies">The assemblies, by simple name.</param>
internal sealed record PluginContent(IReadOnlyDictionary<string, byte[]> Assemblies)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="PluginException">Something is damaged, or there is no code for this runtime.</exception>
    public static PluginContent Of(PluginPackage package) =>
        new(PackageAssemblies.Find(package).ToDictionary(static file => file.Key, file => package.ReadFile(file.Value)!, StringComparer.OrdinalIgnoreCase));
}
