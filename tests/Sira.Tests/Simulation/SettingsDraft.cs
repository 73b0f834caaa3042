using System.Globalization;

namespace Sira.Tests.Simulation;

/// <summary>A part of the section <c>Sira</c> that is being drawn, such as one route.</summary>
internal sealed class SettingsDraft(Dictionary<string, string?> settings, string path, WorldRandom random)
{
    public WorldRandom Random => random;

    /// <summary>The names of the targets that the part may use; empty where it has none.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    public bool IsEmbedding { get; init; }

    /// <summary>Where calls may be mirrored to; empty for nowhere.</summary>
    public IReadOnlyList<string> Shadows { get; init; } = [];

    public SettingsDraft Set(string key, object value)
    {
        settings[path + key] = Convert.ToString(value, CultureInfo.InvariantCulture);
        return this;
    }

    public SettingsDraft Set(string key, TimeSpan value) => Set(key, string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0}ms"));

    public void SetList(string key, IReadOnlyList<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            Set($"{key}:{i}", values[i]);
        }
    }

    /// <summary>Sets a key by chance only.</summary>
    public void Maybe(double probability, string key, Func<WorldRandom, object> value)
    {
        if (random.Chance(probability))
        {
            var drawn = value(random);
            _ = drawn is TimeSpan duration ? Set(key, duration) : Set(key, drawn);
        }
    }
}
