namespace Sira.Kernel.Configuration;

/// <summary>Words the fix for a name that does not exist: the nearest known name and all the others.</summary>
public static class UnknownName
{
    /// <summary>Lists the known names, and the one that was probably meant.</summary>
    /// <param name="kind">What was named, such as <c>route</c>.</param>
    /// <param name="name">The name given.</param>
    /// <param name="known">The names that exist.</param>
    /// <returns>A sentence or two.</returns>
    public static string Suggest(string kind, string name, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.OrdinalIgnoreCase).ToArray();
        if (names.Length == 0)
        {
            return $"There is no {kind} yet; add one.";
        }

        var nearest = names.MinBy(candidate => Distance(name, candidate))!;
        var meant = Distance(name, nearest) <= Math.Max(1, name.Length / 3) ? $"Did you mean '{nearest}'? " : string.Empty;
        return $"{meant}Known: {string.Join(", ", names)}.";
    }

    // Levenshtein's edit distance, ignoring case; names are short and this runs only when start-up fails.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = diagonal + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
