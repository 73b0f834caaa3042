using Sira.Kernel.Configuration;

namespace Sira.Plugins.Manifests;

/// <summary>Finds what is wrong with a manifest whose members have been read. An entry that is null was reported when it was read.</summary>
internal sealed class ManifestValidator(PluginManifest manifest, string path, ConfigurationErrors errors)
{
    public void Validate()
    {
        CheckName("id", "id", manifest.Id);
        if (manifest.Version is null || !ManifestText.IsSemanticVersion(manifest.Version))
        {
            Report("version", $"{ManifestText.Quote(manifest.Version?.ToFullString() ?? string.Empty)} is not a version by SemVer 2.", ManifestText.VersionFix);
        }

        if (manifest.Kernel is null)
        {
            Report("kernel", "is missing.", PluginRange.Grammar);
        }

        CheckEntry();
        CheckDependencies();
        CheckConflicts();
        CheckProvided();
        CheckPermissions();
        CheckText("description", manifest.Description);
        CheckText("license", manifest.License);
        CheckCount("authors", manifest.Authors.Count);
        for (var i = 0; i < Math.Min(manifest.Authors.Count, ManifestLimits.Entries); i++)
        {
            CheckText("authors", manifest.Authors[i], i);
        }
    }

    private void CheckEntry()
    {
        if ((manifest.EntryAssembly is null) != (manifest.EntryType is null))
        {
            Report(manifest.EntryAssembly is null ? "entryAssembly" : "entryType", "is missing, and the other of the two is there.", "State both, or neither for a plugin without code.");
        }

        CheckText("entryType", manifest.EntryType);
        if (manifest.EntryAssembly is { } assembly)
        {
            CheckText("entryAssembly", assembly);
            if (!IsInside(assembly))
            {
                Report("entryAssembly", $"{ManifestText.Quote(assembly)} is not a file inside the plugin's folder.", "Write a relative path without '..', such as 'Acme.Search.dll'.");
            }
        }
    }

    private void CheckDependencies()
    {
        CheckCount("dependencies", manifest.Dependencies.Count);
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < Math.Min(manifest.Dependencies.Count, ManifestLimits.Entries); i++)
        {
            if (manifest.Dependencies[i] is not { } dependency)
            {
                continue;
            }

            var member = dependency.Target == DependencyTarget.Plugin ? "plugin" : "contract";
            CheckName("dependencies", member, dependency.Name, i);
            CheckTwice(seen, $"{member} {dependency.Name}", i, "dependencies", "Keep one; a range that admits both is written as one interval.");
            if (dependency.Target == DependencyTarget.Plugin && IsSelf(dependency.Name))
            {
                Report($"dependencies:{i}:plugin", $"{ManifestText.Quote(dependency.Name)} is the plugin itself.", "Remove the dependency.");
            }
        }
    }

    private void CheckConflicts()
    {
        CheckCount("conflicts", manifest.Conflicts.Count);
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < Math.Min(manifest.Conflicts.Count, ManifestLimits.Entries); i++)
        {
            if (manifest.Conflicts[i] is not { } conflict)
            {
                continue;
            }

            CheckName("conflicts", "plugin", conflict.Id, i);
            CheckTwice(seen, conflict.Id, i, "conflicts", "Keep one whose range covers both.");
            if (IsSelf(conflict.Id))
            {
                Report($"conflicts:{i}:plugin", $"{ManifestText.Quote(conflict.Id)} is the plugin itself.", "Remove the conflict; two versions of a plugin never run together.");
            }
        }
    }

    private void CheckProvided()
    {
        CheckCount("provides", manifest.Provides.Count);
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < Math.Min(manifest.Provides.Count, ManifestLimits.Entries); i++)
        {
            if (manifest.Provides[i] is not { } provided)
            {
                continue;
            }

            CheckName("provides", "contract", provided.Name, i);
            CheckTwice(seen, provided.Name, i, "provides", "Keep the newest version of the contract; its range for consumers covers the older minor versions.");
        }
    }

    private void CheckPermissions()
    {
        CheckCount("permissions", manifest.Permissions.Count);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(manifest.Permissions.Count, ManifestLimits.Entries); i++)
        {
            if (manifest.Permissions[i] is not { } permission)
            {
                continue;
            }

            var text = permission.ToString();
            if (!permission.IsValid)
            {
                Report($"permissions:{i}", $"{ManifestText.Quote(text)} is not a permission.", PluginPermission.Grammar);
            }

            CheckText("permissions", text, i);
            CheckTwice(seen, text, i, "permissions", "Remove it.");
        }
    }

    // The words are put together only where there is a mistake: every manifest is checked, and nearly all are in order.
    private void CheckName(string member, string kind, string? name, int? index = null)
    {
        if (!ManifestText.IsName(name))
        {
            Report(index is { } at ? $"{member}:{at}:{kind}" : member, $"{ManifestText.Quote(name ?? string.Empty)} cannot be {(kind == "id" ? "an" : "the name of a")} {kind}.", ManifestText.NameFix);
        }
    }

    private void CheckText(string member, string? text, int? index = null)
    {
        if (text is { Length: > ManifestLimits.Text })
        {
            Report(index is { } at ? $"{member}:{at}" : member, $"has {text.Length} characters.", $"Use at most {ManifestLimits.Text}.");
        }
    }

    private void CheckCount(string member, int count)
    {
        if (count > ManifestLimits.Entries)
        {
            Report(member, $"has {count} entries.", $"Use at most {ManifestLimits.Entries}.");
        }
    }

    private void CheckTwice(Dictionary<string, int> seen, string key, int index, string member, string fix)
    {
        if (!seen.TryAdd(key, index))
        {
            Report($"{member}:{index}", $"{ManifestText.Quote(key)} stands at {seen[key]} already.", fix);
        }
    }

    private void Report(string member, string problem, string fix) => errors.Add($"{path}:{member}", problem, fix);

    private bool IsSelf(string name) => name.Equals(manifest.Id, StringComparison.OrdinalIgnoreCase);

    // Both separators are refused at the start and both split, so that a manifest means the same on every system.
    private static bool IsInside(string file) =>
        file.Trim().Length > 0 && !file.Contains(':', StringComparison.Ordinal) && !file.Any(char.IsControl)
        && file[0] is not ('/' or '\\') && !file.Split('/', '\\').Any(static part => part.Trim() is "" or "." or "..");
}
