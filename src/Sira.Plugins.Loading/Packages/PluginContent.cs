namespace Sira.Plugins.Loading.Packages;

/// <summary>What the host loads of a package.</summary>
/// <param name="Assemblies">The assemblies, by simple name.</param>
/// <param name="Satellites">The assemblies of resources, by culture and simple name, as in <c>de/Acme.resources</c>.</param>
/// <param name="NativeLibraries">The libraries for this machine that are no assemblies, by the names of their files.</param>
/// <param name="ForeignLibraries">The runtime identifiers of other machines by the names of the files that are for them.</param>
internal sealed record PluginContent(
    IReadOnlyDictionary<string, byte[]> Assemblies,
    IReadOnlyDictionary<string, byte[]> Satellites,
    IReadOnlyDictionary<string, byte[]> NativeLibraries,
    ILookup<string, string> ForeignLibraries)
{
    private const string Resources = ".resources.dll";

    /// <summary>Reads it.</summary>
    /// <exception cref="PluginException">Something is damaged, or there is no code for this runtime.</exception>
    public static PluginContent Of(PluginPackage package)
    {
        var assemblies = PackageAssemblies.Find(package);
        var native = package.Files.Select(static file => file.Split('/')).Where(IsNativeLibrary).ToList();
        var own = FindNativeLibraries(native);
        return new PluginContent(
            Read(package, assemblies),
            Read(package, FindSatellites(package, assemblies.Values.FirstOrDefault())),
            Read(package, own),
            native.Where(parts => !own.ContainsKey(parts[^1])).ToLookup(static parts => parts[^1], static parts => parts[1], StringComparer.OrdinalIgnoreCase));
    }

    private static Dictionary<string, byte[]> Read(PluginPackage package, IEnumerable<KeyValuePair<string, string>> files) =>
        files.ToDictionary(static file => file.Key, file => package.ReadFile(file.Value)!, StringComparer.OrdinalIgnoreCase);

    // They lie in folders named after cultures, beside the assemblies.
    private static IEnumerable<KeyValuePair<string, string>> FindSatellites(PluginPackage package, string? assembly)
    {
        var folder = assembly is null ? null : assembly[..(assembly.LastIndexOf('/') + 1)];
        return package.Files
            .Where(file => folder is not null && file.StartsWith(folder, StringComparison.OrdinalIgnoreCase) && file.EndsWith(Resources, StringComparison.OrdinalIgnoreCase) && file.AsSpan(folder.Length).Count('/') == 1)
            .Select(file => KeyValuePair.Create(file[folder!.Length..^".dll".Length], file));
    }

    // runtimes/{runtime identifier}/native/{file}
    private static bool IsNativeLibrary(string[] parts) =>
        parts.Length == 4 && string.Equals(parts[0], "runtimes", StringComparison.OrdinalIgnoreCase) && string.Equals(parts[2], "native", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> FindNativeLibraries(List<string[]> native)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var runtime in RuntimeFolders.Names)
        {
            foreach (var parts in native.Where(parts => string.Equals(parts[1], runtime, StringComparison.OrdinalIgnoreCase)))
            {
                found.TryAdd(parts[^1], string.Join('/', parts));
            }
        }

        return found;
    }
}
