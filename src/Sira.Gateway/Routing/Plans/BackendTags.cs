using Sira.Backends;

namespace Sira.Gateway.Routing.Plans;

/// <summary>Compares the tags that routing requires with those of a backend. Names and values ignore case, whatever the dictionaries do.</summary>
internal static class BackendTags
{
    /// <summary>Finds a required tag that the backend has not, or with another value.</summary>
    /// <returns>The tag, or <see langword="null"/> if all are there.</returns>
    public static KeyValuePair<string, string>? FindMismatch(IReadOnlyDictionary<string, string> required, IBackend backend)
    {
        foreach (var tag in required)
        {
            if (!string.Equals(Find(backend.Tags, tag.Key), tag.Value, StringComparison.OrdinalIgnoreCase))
            {
                return tag;
            }
        }

        return null;
    }

    /// <summary>Finds the value of a tag, or <see langword="null"/>.</summary>
    public static string? Find(IReadOnlyDictionary<string, string> tags, string name)
    {
        if (tags.TryGetValue(name, out var value))
        {
            return value;
        }

        foreach (var tag in tags)
        {
            if (string.Equals(tag.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return tag.Value;
            }
        }

        return null;
    }
}
