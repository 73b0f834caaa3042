using NuGet.Versioning;
using Sira.Kernel.Configuration;

namespace Sira.Plugins.Manifests;

/// <summary>Reads the versions and ranges of a manifest.</summary>
internal static class ManifestVersions
{
    private static readonly Dictionary<string, ContractRole> Roles = new(StringComparer.Ordinal)
    {
        ["consumes"] = ContractRole.Consumes,
        ["implements"] = ContractRole.Implements,
    };

    public static string Write(ContractRole role) => role == ContractRole.Implements ? "implements" : "consumes";

    /// <summary>A required version: by SemVer 2 to the letter, or with the last numbers left out.</summary>
    public static NuGetVersion? Read(JsonMembers members, string name, bool strict)
    {
        if (members.Required(name, ManifestText.VersionFix) is not { } text)
        {
            return null;
        }

        if (text.Length <= ManifestLimits.Version && (strict ? NuGetVersion.TryParseStrict(text, out var version) : NuGetVersion.TryParse(text, out version)) && ManifestText.IsSemanticVersion(version))
        {
            return version;
        }

        members.Errors.Add($"{members.Path}:{name}", $"{ManifestText.Quote(text)} is not a version by SemVer 2.", ManifestText.VersionFix);
        return null;
    }

    /// <summary>Either <c>range</c>, or <c>builtFor</c> from which it follows.</summary>
    public static (VersionRange? Range, ContractRole Role) ReadRange(JsonMembers members)
    {
        var role = ReadRole(members);
        var range = members.String("range", PluginRange.Grammar);
        if (members.Has("range") == members.Has("builtFor"))
        {
            members.Errors.Add(members.Path, members.Has("range") ? "states both 'range' and 'builtFor'." : "states neither 'range' nor 'builtFor'.", "State 'builtFor', the version it was built for, from which the range follows; or 'range'.");
            return (null, role);
        }

        if (members.Has("range"))
        {
            return (range is null ? null : ParseRange(range, $"{members.Path}:range", members.Errors), role);
        }

        var version = Read(members, "builtFor", strict: false);
        if (version is { Major: int.MaxValue } or { Minor: int.MaxValue })
        {
            members.Errors.Add($"{members.Path}:builtFor", $"{ManifestText.Quote(version.ToString())} has no next version.", "Write the version that the plugin was built for.");
            return (null, role);
        }

        return (version is null ? null : PluginRange.BuiltFor(version, role), role);
    }

    public static VersionRange? ParseRange(string text, string path, ConfigurationErrors errors)
    {
        if (PluginRange.TryParse(text, out var range, out var problem))
        {
            return range;
        }

        errors.Add(path, $"{ManifestText.Quote(text)} {problem}", PluginRange.Grammar);
        return null;
    }

    private static ContractRole ReadRole(JsonMembers members)
    {
        if (members.String("role", "Write 'consumes' or 'implements'.") is not { } text)
        {
            return ContractRole.Consumes;
        }

        if (!Roles.TryGetValue(text, out var role))
        {
            members.Errors.AddUnknownName($"{members.Path}:role", "role", text, Roles.Keys);
        }

        return role;
    }
}
