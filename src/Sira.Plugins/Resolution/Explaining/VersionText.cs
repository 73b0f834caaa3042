using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Explaining;

/// <summary>Words sets of versions, as ranges where they are.</summary>
internal static class VersionText
{
    private const int MostRuns = 4;
    private const int MostListed = 5;

    /// <summary><c>A 1.0.0</c>, <c>A ≥ 2.0.0</c>, <c>A 1.0.0 to 1.5.0 or ≥ 2.0.0</c>, <c>every version of A</c>.</summary>
    public static string Describe(PluginPackage package, VersionSet versions)
    {
        if (versions.IsEmpty)
        {
            return $"no version of {package.Id}";
        }

        if (versions.Count == 1)
        {
            return $"{package.Id} {package.VersionAt(versions.Highest).ToNormalizedString()}";
        }

        if (versions == package.AnyVersion)
        {
            return $"every version of {package.Id}";
        }

        // Where only releases are meant, the prereleases between them do not break a range.
        var releasesOnly = package.Releases != package.AnyVersion && versions.IsSubsetOf(package.Releases);
        if (releasesOnly && versions == package.Releases)
        {
            return $"every release of {package.Id}";
        }

        var positions = Enumerable.Range(1, package.States - 1).Where(position => !releasesOnly || package.Releases.Contains(position)).ToArray();
        var runs = Runs(package, versions, positions);
        return $"{package.Id} {string.Join(" or ", runs.Take(MostRuns))}{(runs.Count > MostRuns ? $" or {runs.Count - MostRuns} more ranges" : string.Empty)}";
    }

    /// <summary>What there is of a plugin: <c>there is 1.0.0</c>, <c>there are 2.0.0, 1.5.0 and 7 older</c>.</summary>
    public static string List(PluginPackage package)
    {
        var count = package.States - 1;
        var listed = Enumerable.Range(0, Math.Min(count, MostListed)).Select(i => package.VersionAt(count - i).ToNormalizedString()).ToList();
        if (count > MostListed)
        {
            listed.Add($"{count - MostListed} older");
        }

        return count == 1 ? $"there is {listed[0]}" : $"there are {string.Join(", ", listed[..^1])} and {listed[^1]}";
    }

    private static List<string> Runs(PluginPackage package, VersionSet versions, int[] positions)
    {
        var runs = new List<string>();
        for (var i = 0; i < positions.Length; i++)
        {
            if (!versions.Contains(positions[i]))
            {
                continue;
            }

            var first = i;
            while (i + 1 < positions.Length && versions.Contains(positions[i + 1]))
            {
                i++;
            }

            var (from, to) = (package.VersionAt(positions[first]).ToNormalizedString(), package.VersionAt(positions[i]).ToNormalizedString());
            runs.Add(first == i && i + 1 < positions.Length ? from
                : i + 1 == positions.Length ? (first == i ? from : $"≥ {from}")
                : first == 0 ? $"≤ {to}"
                : $"{from} to {to}");
        }

        return runs;
    }
}
