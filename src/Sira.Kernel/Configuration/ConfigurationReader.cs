using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Sira.Kernel.Configuration;

/// <summary>Reads one configuration section key by key, collecting every mistake (a value of the wrong type, a key that nobody reads) instead of throwing at the first. Uses no reflection.</summary>
/// <remarks>
/// <para>Each <c>TryX</c> marks its key as known, returns <see langword="false"/> when the key is absent or its value is wrong, and in the latter case adds an error. Call <see cref="ReportUnknownKeys"/> last.</para>
/// <para>Keys are compared without case. A blank value counts as absent, so that an override can clear a key or an entry. Numbers are read with the invariant culture. Values are quoted in errors unless they may be secrets (<see cref="SecretText"/>); read a secret as a string, which is never quoted.</para>
/// </remarks>
public sealed class ConfigurationReader
{
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Initializes a new instance.</summary>
    /// <param name="section">The section to read.</param>
    /// <param name="errors">Where mistakes go.</param>
    public ConfigurationReader(IConfigurationSection section, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(errors);
        (Section, Errors) = (section, errors);
    }

    /// <summary>Gets the section.</summary>
    public IConfigurationSection Section { get; }

    /// <summary>Gets where mistakes go.</summary>
    public ConfigurationErrors Errors { get; }

    /// <summary>Reads a string, as it is written.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The string; empty when this returns <see langword="false"/>.</param>
    /// <returns>Whether there is one that is not blank.</returns>
    public bool TryString(string key, out string value)
    {
        known.Add(key);
        var child = Section.GetSection(key);
        value = string.Empty;
        if (HasChildren(child))
        {
            Errors.Add(child.Path, "is a section, but a single value is expected.", "Write one value instead of nested keys.");
            return false;
        }

        if (string.IsNullOrWhiteSpace(child.Value))
        {
            return false;
        }

        value = child.Value;
        return true;
    }

    /// <summary>Reads a whole number within bounds.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The number; 0 when this returns <see langword="false"/>.</param>
    /// <param name="minimum">The least that is allowed.</param>
    /// <param name="maximum">The most that is allowed.</param>
    /// <returns>Whether there is one within the bounds.</returns>
    public bool TryInt32(string key, out int value, int minimum = int.MinValue, int maximum = int.MaxValue)
    {
        value = 0;
        return TryString(key, out var text)
            && (int.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value)
                && value >= minimum && value <= maximum
                || Refuse(key, NumberText.WholeProblem(text, Set(minimum, int.MinValue), Set(maximum, int.MaxValue)), NumberText.WholeFix(Set(minimum, int.MinValue), Set(maximum, int.MaxValue)), out value));
    }

    /// <summary>Reads a long whole number within bounds.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The number; 0 when this returns <see langword="false"/>.</param>
    /// <param name="minimum">The least that is allowed.</param>
    /// <param name="maximum">The most that is allowed.</param>
    /// <returns>Whether there is one within the bounds.</returns>
    public bool TryInt64(string key, out long value, long minimum = long.MinValue, long maximum = long.MaxValue)
    {
        value = 0;
        return TryString(key, out var text)
            && (long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value)
                && value >= minimum && value <= maximum
                || Refuse(key, NumberText.WholeProblem(text, Set(minimum, long.MinValue), Set(maximum, long.MaxValue)), NumberText.WholeFix(Set(minimum, long.MinValue), Set(maximum, long.MaxValue)), out value));
    }

    /// <summary>Reads a number within bounds; not a number and the infinities are refused.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The number; 0 when this returns <see langword="false"/>.</param>
    /// <param name="minimum">The least that is allowed.</param>
    /// <param name="maximum">The most that is allowed.</param>
    /// <returns>Whether there is one within the bounds.</returns>
    public bool TryDouble(string key, out double value, double minimum = double.MinValue, double maximum = double.MaxValue)
    {
        value = 0;
        return TryString(key, out var text)
            && (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
                && value >= minimum && value <= maximum
                || Refuse(key, NumberText.RealProblem(text, minimum, maximum), NumberText.RealFix(minimum, maximum), out value));
    }

    /// <summary>Reads a decimal, not negative.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The number; 0 when this returns <see langword="false"/>.</param>
    /// <returns>Whether there is one that is not negative.</returns>
    public bool TryDecimal(string key, out decimal value)
    {
        value = 0;
        return TryString(key, out var text)
            && (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= 0
                || Refuse(key, NumberText.DecimalProblem(text), NumberText.DecimalFix, out value));
    }

    /// <summary>Reads true or false.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; <see langword="false"/> when this returns <see langword="false"/>.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryBoolean(string key, out bool value)
    {
        value = false;
        return TryString(key, out var text)
            && (bool.TryParse(text, out value) || Refuse(key, $"{SecretText.Quote(text)} is neither true nor false.", "Write true or false.", out value));
    }

    /// <summary>Reads a duration: <c>00:00:30</c>, <c>30s</c>, <c>500ms</c>, <c>5m</c>, <c>1h</c>, <c>1d</c> or <c>infinite</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The duration, not negative, or <see cref="Timeout.InfiniteTimeSpan"/>; zero when this returns <see langword="false"/>.</param>
    /// <returns>Whether there is one. A number without a unit is refused, because everybody guesses another one.</returns>
    public bool TryDuration(string key, out TimeSpan value)
    {
        value = default;
        if (!TryString(key, out var text))
        {
            return false;
        }

        if (DurationText.TryParse(text, out value))
        {
            return true;
        }

        value = default;
        Errors.Add(PathOf(key), $"{SecretText.Quote(text)} is not a duration.", DurationText.Grammar);
        return false;
    }

    /// <summary>Reads an absolute http or https address without credentials in it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The address; <see langword="null"/> when this returns <see langword="false"/>.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryUri(string key, [NotNullWhen(true)] out Uri? value)
    {
        value = null;
        if (!TryString(key, out var text))
        {
            return false;
        }

        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            Errors.Add(PathOf(key), $"{SecretText.Quote(text)} is not an http or https address.", $"Write an absolute address, such as {SuggestAddress(text.Trim())}.");
            return false;
        }

        if (uri.UserInfo.Length > 0)
        {
            Errors.Add(PathOf(key), $"the address of '{uri.Host}' carries credentials.", "Take the part before the @ out of the address and configure it as a key.");
            return false;
        }

        value = uri;
        return true;
    }

    /// <summary>Reads a member of an enumeration by name, ignoring case; the error lists the members.</summary>
    /// <typeparam name="TEnum">The enumeration.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The member; the default when this returns <see langword="false"/>.</param>
    /// <returns>Whether there is one. Numbers and combinations are refused.</returns>
    public bool TryEnum<TEnum>(string key, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        if (!TryString(key, out var text))
        {
            return false;
        }

        return TryEnumText(key, text, out value);
    }

    /// <summary>Reads a list of enumeration values by name, ignoring case: an array, or one comma-separated string.</summary>
    /// <typeparam name="TEnum">The enumeration.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="values">The values in their order; empty when this returns <see langword="false"/>.</param>
    /// <returns>Whether there is at least one value and none is wrong.</returns>
    public bool TryEnums<TEnum>(string key, out IReadOnlyList<TEnum> values)
        where TEnum : struct, Enum
    {
        values = [];
        if (!TryStrings(key, out var texts))
        {
            return false;
        }

        var read = new List<TEnum>(texts.Count);
        foreach (var text in texts)
        {
            if (TryEnumText<TEnum>(key, text, out var value))
            {
                read.Add(value);
            }
        }

        values = read.Count == texts.Count ? read : [];
        return values.Count > 0;
    }

    /// <summary>Reads a list of strings: an array, or one comma-separated string. Entries are trimmed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">The entries in their order; empty when this returns <see langword="false"/>.</param>
    /// <returns>Whether there is at least one entry and none is wrong.</returns>
    public bool TryStrings(string key, out IReadOnlyList<string> values)
    {
        known.Add(key);
        values = [];
        var child = Section.GetSection(key);
        var hasText = !string.IsNullOrWhiteSpace(child.Value);
        if (!HasChildren(child))
        {
            values = hasText ? child.Value!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
            return values.Count > 0;
        }

        if (hasText)
        {
            Errors.Add(child.Path, "is both a list and a single value.", "Keep one of them; look for an override of the same key in another source, such as an environment variable.");
            return false;
        }

        if (!TryValues(child, out var entries))
        {
            return false;
        }

        values = [.. entries.Select(entry => entry.Value)];
        return true;
    }

    /// <summary>Reads a map of strings.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">The entries by their keys, compared without case; empty when this returns <see langword="false"/>.</param>
    /// <returns>Whether there is at least one entry and none is wrong.</returns>
    public bool TryMap(string key, out IReadOnlyDictionary<string, string> values)
    {
        values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!TryNested(key, out var child) || !TryValues(child, out var entries))
        {
            return false;
        }

        values = entries.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.OrdinalIgnoreCase);
        return true;
    }

    /// <summary>Opens a child section, if it is there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="reader">The reader of the child, to be closed by its own <see cref="ReportUnknownKeys"/>; <see langword="null"/> when this returns <see langword="false"/>.</param>
    /// <returns>Whether it is there and has keys.</returns>
    public bool TrySection(string key, [NotNullWhen(true)] out ConfigurationReader? reader)
    {
        reader = TryNested(key, out var child) ? new ConfigurationReader(child, Errors) : null;
        return reader is not null;
    }

    /// <summary>Opens every named child of a child section, such as each route under <c>Routes</c>. A child may be empty, which leaves everything at its default.</summary>
    /// <param name="key">The key of the section that holds the children.</param>
    /// <returns>The name and the reader of each child; none when the section is absent. A child that is a single value is an error and left out.</returns>
    public IEnumerable<(string Name, ConfigurationReader Reader)> Children(string key)
    {
        var children = new List<(string Name, ConfigurationReader Reader)>();
        if (!TryNested(key, out var parent))
        {
            return children;
        }

        foreach (var child in parent.GetChildren())
        {
            if (!string.IsNullOrWhiteSpace(child.Value))
            {
                Errors.Add(child.Path, SingleValue(child.Value), "Write nested keys instead.");
                continue;
            }

            children.Add((child.Key, new ConfigurationReader(child, Errors)));
        }

        return children;
    }

    /// <summary>Marks keys as known that somebody else reads.</summary>
    /// <param name="keys">The keys.</param>
    public void Allow(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            known.Add(key);
        }
    }

    /// <summary>Adds an error for each key of this section that no call asked for, with the known keys. Child sections are reported by their own readers.</summary>
    public void ReportUnknownKeys()
    {
        foreach (var child in Section.GetChildren())
        {
            if (!known.Contains(child.Key))
            {
                Errors.AddUnknownName(child.Path, "key", child.Key, known);
            }
        }
    }

    private static bool HasChildren(IConfigurationSection section) => section.GetChildren().Any();

    private static string SingleValue(string value) => SecretText.IsLikely(value) ? "holds a single value, but a section is expected." : $"holds the single value '{value.Trim()}', but a section is expected.";

    // Most often the scheme is all that is missing.
    private static string SuggestAddress(string text) =>
        !SecretText.IsLikely(text) && text.Contains('.') && !text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate($"https://{text}", UriKind.Absolute, out _) ? $"https://{text}" : "https://api.example.com/v1";

    // A bound that only the type sets is none that anybody chose.
    private static long? Set(long bound, long extreme) => bound == extreme ? null : bound;

    private string PathOf(string key) => ConfigurationPath.Combine(Section.Path, key);

    private bool Refuse<T>(string key, string problem, string fix, out T value)
        where T : struct
    {
        value = default;
        Errors.Add(PathOf(key), problem, fix);
        return false;
    }

    private bool TryNested(string key, out IConfigurationSection child)
    {
        known.Add(key);
        child = Section.GetSection(key);
        if (string.IsNullOrWhiteSpace(child.Value))
        {
            return HasChildren(child);
        }

        Errors.Add(child.Path, SingleValue(child.Value), "Write nested keys instead.");
        return false;
    }

    private bool TryValues(IConfigurationSection parent, out List<(string Key, string Value)> entries)
    {
        entries = [];
        var wrong = Errors.Items.Count;
        foreach (var child in parent.GetChildren())
        {
            if (HasChildren(child))
            {
                Errors.Add(child.Path, "is a section, but a single value is expected.", "Write one value instead of nested keys.");
            }
            else if (!string.IsNullOrWhiteSpace(child.Value))
            {
                entries.Add((child.Key, child.Value.Trim()));
            }
        }

        return Errors.Items.Count == wrong && entries.Count > 0;
    }

    private bool TryEnumText<TEnum>(string key, string text, out TEnum value)
        where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>();
        if (Array.Find(names, name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            value = Enum.Parse<TEnum>(found);
            return true;
        }

        value = default;
        Errors.AddUnknownName(PathOf(key), "value", text, names);
        return false;
    }
}
