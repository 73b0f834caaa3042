namespace Sira.Kernel.Resources.Quotas;

/// <summary>Which limits were set for which paths and patterns.</summary>
/// <remarks>Used under the lock of the tree. Finding costs one look for each combination of levels that some pattern leaves open, however many patterns there are.</remarks>
internal sealed class QuotaRules(int kinds)
{
    public const char Separator = '/';
    private const string Wildcard = "*";

    private readonly Dictionary<string, ResourcePoolDefinition?[]> rules = new(StringComparer.Ordinal);

    // For each number of levels, which levels patterns leave open, as bits with that of the first level highest; so that the least comes first, which is the one that is exact further left.
    private readonly Dictionary<int, SortedSet<int>> open = [];

    public static bool HasWildcard(string path) => OpenLevels(path.Split(Separator)) != 0;

    public static bool Matches(string pattern, string path)
    {
        var (wanted, levels) = (pattern.Split(Separator), path.Split(Separator));
        return wanted.Length == levels.Length && string.Equals(Mask(levels, OpenLevels(wanted)), pattern, StringComparison.Ordinal);
    }

    public void Set(string pattern, int kind, ResourcePoolDefinition? definition)
    {
        if (!rules.TryGetValue(pattern, out var limits))
        {
            if (definition is null)
            {
                return;
            }

            rules[pattern] = limits = new ResourcePoolDefinition?[kinds];
            var levels = pattern.Split(Separator);
            if (!open.TryGetValue(levels.Length, out var masks))
            {
                open[levels.Length] = masks = [];
            }

            masks.Add(OpenLevels(levels));
        }

        limits[kind] = definition;
        if (Array.TrueForAll(limits, static limit => limit is null))
        {
            rules.Remove(pattern);
        }
    }

    public ResourcePoolDefinition? Find(string path, int kind)
    {
        var levels = path.Split(Separator);
        if (open.TryGetValue(levels.Length, out var masks))
        {
            foreach (var mask in masks)
            {
                if (rules.TryGetValue(Mask(levels, mask), out var limits) && limits[kind] is { } limit)
                {
                    return limit;
                }
            }
        }

        return null;
    }

    private static int OpenLevels(string[] levels)
    {
        var mask = 0;
        foreach (var level in levels)
        {
            mask = (mask << 1) | (level == Wildcard ? 1 : 0);
        }

        return mask;
    }

    private static string Mask(string[] levels, int open)
    {
        var masked = (string[])levels.Clone();
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] = ((open >> (masked.Length - 1 - i)) & 1) != 0 ? Wildcard : masked[i];
        }

        return string.Join(Separator, masked);
    }
}
