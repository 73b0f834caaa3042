using System.Collections;
using Microsoft.Extensions.Configuration;

namespace Sira.Kernel.Configuration.Settings;

/// <summary>The settings of a section at one instant: immutable, flat, in the order of their keys, with paths relative to the section. Holds real values, secrets among them: never printed, never written.</summary>
internal sealed class ConfigurationSettings : IEnumerable<KeyValuePair<string, string?>>
{
    private readonly KeyValuePair<string, string?>[] entries;

    private ConfigurationSettings(KeyValuePair<string, string?>[] entries) => this.entries = entries;

    public static ConfigurationSettings Empty { get; } = new([]);

    public int Count => entries.Length;

    /// <summary>Reads a section once, so that all who build from it see the same.</summary>
    public static ConfigurationSettings Capture(IConfigurationSection? section)
    {
        if (section is null)
        {
            return Empty;
        }

        var read = new List<KeyValuePair<string, string?>>();
        Walk(section, section.Path.Length + 1, read);
        return Create(read);
    }

    /// <summary>Makes settings of what was written to a file, or of changes.</summary>
    public static ConfigurationSettings Create(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var sorted = settings.ToArray();
        Array.Sort(sorted, static (left, right) => StringComparer.OrdinalIgnoreCase.Compare(left.Key, right.Key));
        return sorted.Length == 0 ? Empty : new ConfigurationSettings(sorted);
    }

    /// <summary>Changes settings. One that is set or taken away takes everything below it along; the value of a key above it goes, since a key is either a value or a section.</summary>
    /// <param name="changes">The new values; <see langword="null"/> takes a key away.</param>
    public ConfigurationSettings With(IReadOnlyCollection<KeyValuePair<string, string?>> changes)
    {
        if (changes.Count == 0)
        {
            return this;
        }

        var next = new SortedDictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in entries)
        {
            next[key] = value;
        }

        // The shorter first: what is said of a key holds before what is said of the keys below it.
        foreach (var (key, value) in changes.OrderBy(static change => change.Key.Length))
        {
            foreach (var hidden in next.Keys.Where(other => IsAtOrBelow(other, key) || IsAtOrBelow(key, other)).ToArray())
            {
                next.Remove(hidden);
            }

            if (value is not null)
            {
                next[key] = value;
            }
        }

        return Create(next);
    }

    /// <summary>Makes the section that is read from these settings.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="host">The section of the host, or <see langword="null"/> where it has none.</param>
    public IConfigurationSection? ToSection(string path, IConfigurationSection? host)
    {
        if (host is null && entries.Length == 0)
        {
            return null;
        }

        var root = new SettingsNode(path, host?.Value, host);

        // The shorter first, so that a key that is a value and a section at once keeps both, and is reported.
        foreach (var (key, value) in entries.OrderBy(static entry => entry.Key.Length))
        {
            root.Add(key, value);
        }

        return root;
    }

    public bool HasSameAs(ConfigurationSettings other) =>
        ReferenceEquals(this, other) || entries.AsSpan().SequenceEqual(other.entries.AsSpan(), SettingComparer.Instance);

    public IEnumerator<KeyValuePair<string, string?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string?>>)entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether a key is another or stands below it.</summary>
    public static bool IsAtOrBelow(string key, string other) =>
        key.StartsWith(other, StringComparison.OrdinalIgnoreCase) && (key.Length == other.Length || key[other.Length] == ':');

    private static void Walk(IConfigurationSection section, int prefix, List<KeyValuePair<string, string?>> read)
    {
        var hasChildren = false;
        foreach (var child in section.GetChildren())
        {
            hasChildren = true;
            Walk(child, prefix, read);
        }

        // A key without a value and without keys below it was written all the same, and may be a typing mistake.
        if (section.Path.Length >= prefix && (section.Value is not null || !hasChildren))
        {
            read.Add(new(section.Path[prefix..], section.Value));
        }
    }

    private sealed class SettingComparer : IEqualityComparer<KeyValuePair<string, string?>>
    {
        public static SettingComparer Instance { get; } = new();

        public bool Equals(KeyValuePair<string, string?> x, KeyValuePair<string, string?> y) =>
            string.Equals(x.Key, y.Key, StringComparison.OrdinalIgnoreCase) && x.Value == y.Value;

        public int GetHashCode(KeyValuePair<string, string?> obj) => StringComparer.OrdinalIgnoreCase.GetHashCode(obj.Key);
    }
}
