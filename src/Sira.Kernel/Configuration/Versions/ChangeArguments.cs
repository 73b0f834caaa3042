namespace Sira.Kernel.Configuration.Versions;

/// <summary>Checks what is handed over with a change.</summary>
internal static class ChangeArguments
{
    private const int LongestNote = 500;

    public static List<KeyValuePair<string, string?>> Check(IReadOnlyDictionary<string, string?> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Count == 0)
        {
            throw new ArgumentException("There is nothing to change. Name at least one key, such as 'Routes:default:Strategy'.", nameof(changes));
        }

        foreach (var key in changes.Keys)
        {
            if (string.IsNullOrWhiteSpace(key) || key.Split(':').Any(string.IsNullOrWhiteSpace))
            {
                throw new ArgumentException($"'{key}' is not a key below the section. Write its parts with colons between them, such as 'Routes:default:Strategy'.", nameof(changes));
            }
        }

        return [.. changes.OrderBy(static change => change.Key, StringComparer.OrdinalIgnoreCase)];
    }

    public static void CheckNote(string note, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(note, name);
        if (note.Length > LongestNote)
        {
            throw new ArgumentException($"The {name} has {note.Length} characters. Write at most {LongestNote}.", name);
        }
    }
}
