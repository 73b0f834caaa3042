namespace Sira.Backends.Tests.OpenAIChat;

/// <summary>The recordings that differ for a reason, from <c>differences.txt</c>: id, tab, reason.</summary>
internal static class KnownDifferences
{
    public static Dictionary<string, string> Load()
    {
        var path = Path.Combine(Testing.RepositoryRoot.Path, "tests", "Sira.Backends.Tests", "OpenAIChat", "differences.txt");
        return File.ReadLines(path).Where(static line => line.Length > 0 && line[0] != '#').Select(static line => line.Split('\t', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
    }

    /// <summary>Fails for each unexpected difference, and for each listed one that is gone.</summary>
    public static void Check(string direction, IReadOnlyDictionary<string, string> found, IEnumerable<string> compared)
    {
        var known = Load();
        var ids = compared.Select(id => $"{direction}:{id}").ToHashSet();
        var unexpected = found.Where(pair => !known.ContainsKey($"{direction}:{pair.Key}")).Select(static pair => $"{pair.Key}: {pair.Value}").ToList();
        var gone = known.Keys.Where(key => ids.Contains(key) && !found.ContainsKey(key[(direction.Length + 1)..])).Select(static key => $"{key}: listed, but no longer different").ToList();
        Assert.True(unexpected.Count + gone.Count == 0, string.Join(Environment.NewLine, unexpected.Concat(gone)));
    }
}
