namespace Sira.Session.Memory.Search;

/// <summary>Finds the part of a text that has most of the words of a query.</summary>
internal static class Snippets
{
    /// <summary>Returns a part of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="query">The query.</param>
    /// <param name="characters">How long the part may be.</param>
    public static string Find(string text, string query, int characters)
    {
        if (text.Length <= characters)
        {
            return text;
        }

        var wanted = new HashSet<string>(StringComparer.Ordinal);
        new WordReader().Read(query, wanted, static (word, set) => set.Add(word.ToString()));
        var (best, bestStart) = (-1, 0);
        var reader = new WordReader();
        var found = new HashSet<string>(StringComparer.Ordinal);

        // Half a window each time, so that nothing is between two.
        for (var start = 0; start < text.Length; start += Math.Max(1, characters / 2))
        {
            found.Clear();
            reader.Read(text.AsSpan(start, Math.Min(characters, text.Length - start)), (Wanted: wanted, Found: found), static (word, state) =>
            {
                if (state.Wanted.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var known))
                {
                    state.Found.Add(known);
                }
            });
            if (found.Count > best)
            {
                (best, bestStart) = (found.Count, start);
            }
        }

        return Cut(text, Math.Min(bestStart, text.Length - characters), characters);
    }

    // At spaces where there are any near, and never within a character.
    private static string Cut(string text, int start, int characters)
    {
        const int Near = 24;
        var end = Math.Min(text.Length, start + characters);
        if (start > 0 && text.AsSpan(start, Math.Min(Near, end - start)).IndexOf(' ') is >= 0 and var begin)
        {
            start += begin + 1;
        }

        if (end < text.Length && text.AsSpan(start, end - start).LastIndexOf(' ') is var last && last > end - start - Near)
        {
            end = start + last;
        }

        start += start < text.Length && char.IsLowSurrogate(text[start]) ? 1 : 0;
        end -= end < text.Length && end > start && char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
        return $"{(start > 0 ? "…" : string.Empty)}{text.AsSpan(start, end - start)}{(end < text.Length ? "…" : string.Empty)}";
    }
}
