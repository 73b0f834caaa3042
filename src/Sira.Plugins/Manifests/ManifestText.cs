using NuGet.Versioning;

namespace Sira.Plugins.Manifests;

/// <summary>The rules for the texts of a manifest, and how errors show them.</summary>
internal static class ManifestText
{
    public const string NameFix = "Use up to 100 letters, digits and underscores, in parts joined by single points or hyphens, such as 'Acme.Search'.";
    public const string VersionFix = "Write three numbers and, if need be, a prerelease label, such as '1.2.0' or '2.0.0-beta.1'.";

    private const int MostShown = 80;

    /// <summary>The rules of NuGet package ids, in ASCII, so that no two ids look alike.</summary>
    public static bool IsName(string? text)
    {
        if (text is not { Length: > 0 and <= ManifestLimits.Id })
        {
            return false;
        }

        var afterWord = false;
        foreach (var character in text)
        {
            var isWord = char.IsAsciiLetterOrDigit(character) || character == '_';
            if (!isWord && !(afterWord && (character is '.' or '-')))
            {
                return false;
            }

            afterWord = isWord;
        }

        return afterWord;
    }

    /// <summary>Three numbers: what NuGet knows beyond SemVer is refused.</summary>
    public static bool IsSemanticVersion(NuGetVersion version) => !version.IsLegacyVersion && version.ToFullString().Length <= ManifestLimits.Version;

    public static string Quote(string text)
    {
        var shown = text.Length <= MostShown ? text : text[..MostShown] + "…";
        return $"'{string.Concat(shown.Select(static character => char.IsControl(character) || char.IsSurrogate(character) ? '·' : character))}'";
    }
}
