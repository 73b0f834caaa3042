namespace Sira.Kernel.Configuration;

/// <summary>Words the fix for a name that does not exist: the nearest known name and all the others.</summary>
public static class UnknownName
{
    // Enough to show every route and strategy of a house; a catalogue of models has thousands.
    private const int MostListed = 25;

    // No name that anybody meant is longer; comparing is quadratic.
    private const int LongestCompared = 100;

    /// <summary>Lists the known names, and the one that was probably meant.</summary>
    /// <param name="kind">What was named, such as <c>route</c>.</param>
    /// <param name="name">The name given.</param>
    /// <param name="known">The names that exist. Of more than 25, the 25 nearest are listed.</param>
    /// <returns>A sentence or two.</returns>
    public static string Suggest(string kind, string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        var ranked = known
            .Distinct(StringComparer.Ordinal)
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.OrdinalIgnoreCase)
            .ToArray();
        if (ranked.Length == 0)
        {
            return $"There is no {kind} yet; add one.";
        }

        // Two edits reach a swap of neighbours, the commonest slip; in a very short name they would reach anything.
        var length = name.Length - LengthInCommon(name, ranked[0].Name);
        var meant = ranked[0].Distance <= (length <= 3 ? 1 : Math.Max(2, length / 3)) ? $"Did you mean '{ranked[0].Name}'? " : string.Empty;
        var listed = string.Join(", ", ranked.Take(MostListed).Select(candidate => candidate.Name).Order(StringComparer.OrdinalIgnoreCase));
        var more = ranked.Length > MostListed ? $" and {ranked.Length - MostListed} more" : string.Empty;
        return $"{meant}Known: {listed}{more}.";
    }

    // The parts with which both begin, such as 'acme.' of all plugins of Acme: they say nothing about which one was meant.
    private static int LengthInCommon(string left, string right)
    {
        var common = 0;
        for (var i = 0; i < left.Length && i < right.Length && char.ToUpperInvariant(left[i]) == char.ToUpperInvariant(right[i]); i++)
        {
            common = char.IsAsciiLetterOrDigit(left[i]) ? common : i + 1;
        }

        return common;
    }

    // Levenshtein's edit distance, ignoring case; runs only when something is wrong.
    private static int Distance(string left, string right)
    {
        if (left.Length > LongestCompared || right.Length > LongestCompared)
        {
            return int.MaxValue;
        }

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
