using Sira.Plugins.Loading.Packages;

namespace Sira.Plugins.Loading.Signing;

/// <summary>The files of a package that a signature covers: all, but for the signature itself and the one that NuGet adds when a package is signed with a certificate or passes through a feed.</summary>
/// <remarks>Nothing else is left out, neither <c>[Content_Types].xml</c> nor what stands under <c>_rels</c> and <c>package</c>: these are written when the package is made, and it is signed after that. The NuGet signature is one file at the root that nothing of Sira reads, so no code can hide in it.</remarks>
internal static class PackageContent
{
    /// <summary>The file with which NuGet signs packages.</summary>
    public const string NuGetSignature = ".signature.p7s";

    /// <summary>Hashes every file.</summary>
    /// <exception cref="PluginException">A file is damaged.</exception>
    public static Dictionary<string, string> Hash(PluginPackage package) =>
        package.Files.Where(IsCovered).ToDictionary(static file => file, package.HashFile, StringComparer.Ordinal);

    /// <summary>Compares a package with the hashes that were signed.</summary>
    /// <returns>The first file that differs, the first that is missing and the first that was added; <see langword="null"/> when there is none.</returns>
    /// <exception cref="PluginException">A file is damaged.</exception>
    public static string? Compare(PluginPackage package, IReadOnlyDictionary<string, string> signed)
    {
        var covered = package.Files.Where(IsCovered).ToHashSet(StringComparer.Ordinal);
        var parts = new List<string>();

        // The names first: what the lists tell apart needs no hashing.
        Add(covered.Where(file => !signed.ContainsKey(file)), "was added");
        Add(signed.Keys.Where(file => !covered.Contains(file)), "is missing");
        Add(covered.Where(file => signed.TryGetValue(file, out var hash) && package.HashFile(file) != hash), "differs from what was signed");
        return parts.Count == 0 ? null : string.Join(' ', parts);

        void Add(IEnumerable<string> files, string what)
        {
            var found = files.Order(StringComparer.Ordinal).ToList();
            if (found.Count > 0)
            {
                parts.Add($"The file '{found[0]}' {what}{(found.Count > 1 ? $", and {found.Count - 1} more like it" : string.Empty)}.");
            }
        }
    }

    // Names in packages are unique without regard to case, so another spelling cannot stand beside either.
    private static bool IsCovered(string file) =>
        !string.Equals(file, SignatureEnvelope.FileName, StringComparison.OrdinalIgnoreCase) && !string.Equals(file, NuGetSignature, StringComparison.OrdinalIgnoreCase);
}
