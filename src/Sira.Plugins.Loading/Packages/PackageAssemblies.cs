using NuGet.Frameworks;

namespace Sira.Plugins.Loading.Packages;

/// <summary>Finds the assemblies in a package that fit this runtime.</summary>
internal static class PackageAssemblies
{
    private static readonly NuGetFramework Host = NuGetFramework.Parse($"net{Environment.Version.Major}.0");
    private static readonly string HostFolder = Host.GetShortFolderName();

    /// <summary>Returns the files of the best folder under <c>lib</c>, by the simple names of their assemblies.</summary>
    /// <param name="package">The package.</param>
    /// <returns>The files; none when the package has no code.</returns>
    /// <exception cref="PluginException">It has code, but none for this runtime.</exception>
    public static IReadOnlyDictionary<string, string> Find(PluginPackage package)
    {
        var folders = package.Files
            .Where(static file => file.StartsWith("lib/", StringComparison.OrdinalIgnoreCase) && file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && file.Count(static character => character == '/') == 2)
            .ToLookup(static file => file.Split('/')[1], StringComparer.OrdinalIgnoreCase);
        if (folders.Count == 0)
        {
            return new Dictionary<string, string>();
        }

        // Built for exactly this runtime, as most are; comparing frameworks takes longer than all the rest of finding.
        if (folders.Count == 1 && folders.Contains(HostFolder))
        {
            return Named(folders[HostFolder]);
        }

        // Two spellings of one framework are one folder: which of them is meant, nobody can tell.
        var frameworks = new Dictionary<NuGetFramework, string>();
        foreach (var folder in folders)
        {
            if (!frameworks.TryAdd(NuGetFramework.ParseFolder(folder.Key), folder.Key))
            {
                throw new PluginException(package.Path, $"The package '{package.Path}' has 'lib/{folder.Key}' and 'lib/{frameworks[NuGetFramework.ParseFolder(folder.Key)]}', which are the same. Pack one of them.");
            }
        }

        var nearest = new FrameworkReducer().GetNearest(Host, frameworks.Keys)
            ?? throw new PluginException(package.Path, $"The package '{package.Path}' has code for {string.Join(", ", folders.Select(static folder => folder.Key))}, and this host runs {Host.GetShortFolderName()}. Build the plugin for {Host.GetShortFolderName()} or older.");
        return Named(folders[frameworks[nearest]]);
    }

    private static Dictionary<string, string> Named(IEnumerable<string> files) =>
        files.ToDictionary(static file => Path.GetFileNameWithoutExtension(file), static file => file, StringComparer.OrdinalIgnoreCase);
}
