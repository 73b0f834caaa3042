using Microsoft.Extensions.Configuration;

namespace Sira.Kernel.Configuration;

/// <summary>Reads one configuration section key by key, collecting every mistake (a value of the wrong type, a key that nobody reads) instead of throwing at the first. Uses no reflection.</summary>
/// <remarks>Each <c>TryX</c> marks its key as known, returns <see langword="false"/> when the key is absent or its value is wrong, and in the latter case adds an error. Call <see cref="ReportUnknownKeys"/> last.</remarks>
public sealed class ConfigurationReader
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="section">The section to read.</param>
    /// <param name="errors">Where mistakes go.</param>
    public ConfigurationReader(IConfigurationSection section, ConfigurationErrors errors) => (Section, Errors) = (section, errors);

    /// <summary>Gets the section.</summary>
    public IConfigurationSection Section { get; }

    /// <summary>Gets where mistakes go.</summary>
    public ConfigurationErrors Errors { get; }

    /// <summary>Reads a string; blank counts as absent.</summary>
    public bool TryString(string key, out string value) => throw new InvalidOperationException(key);

    /// <summary>Reads a whole number within bounds.</summary>
    public bool TryInt32(string key, out int value, int minimum = int.MinValue, int maximum = int.MaxValue) => throw new InvalidOperationException(key);

    /// <summary>Reads a number within bounds.</summary>
    public bool TryDouble(string key, out double value, double minimum = double.MinValue, double maximum = double.MaxValue) => throw new InvalidOperationException(key);

    /// <summary>Reads a decimal, not negative.</summary>
    public bool TryDecimal(string key, out decimal value) => throw new InvalidOperationException(key);

    /// <summary>Reads true or false.</summary>
    public bool TryBoolean(string key, out bool value) => throw new InvalidOperationException(key);

    /// <summary>Reads a duration: <c>00:00:30</c>, <c>30s</c>, <c>500ms</c>, <c>5m</c>, <c>1h</c>, <c>1d</c> or <c>infinite</c>.</summary>
    public bool TryDuration(string key, out TimeSpan value) => throw new InvalidOperationException(key);

    /// <summary>Reads an absolute http or https address.</summary>
    public bool TryUri(string key, out Uri value) => throw new InvalidOperationException(key);

    /// <summary>Reads a member of an enumeration by name, ignoring case; the error lists the members.</summary>
    public bool TryEnum<TEnum>(string key, out TEnum value)
        where TEnum : struct, Enum => throw new InvalidOperationException(key);

    /// <summary>Reads a list of strings: an array, or one comma-separated string.</summary>
    public bool TryStrings(string key, out IReadOnlyList<string> values) => throw new InvalidOperationException(key);

    /// <summary>Reads a map of strings.</summary>
    public bool TryMap(string key, out IReadOnlyDictionary<string, string> values) => throw new InvalidOperationException(key);

    /// <summary>Opens a child section, if it is there.</summary>
    public bool TrySection(string key, out ConfigurationReader reader) => throw new InvalidOperationException(key);

    /// <summary>Opens every named child of a child section, such as each route under <c>Routes</c>.</summary>
    public IEnumerable<(string Name, ConfigurationReader Reader)> Children(string key) => throw new InvalidOperationException(key);

    /// <summary>Adds an error for each key that no call asked for, with the known keys.</summary>
    public void ReportUnknownKeys() => throw new InvalidOperationException();
}
