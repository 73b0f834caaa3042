using Sira.Kernel.Configuration.Settings;

namespace Sira.Kernel.Configuration.Versions;

/// <summary>What a version is made of: the host's settings, what was applied over them, and the settings that follow.</summary>
/// <param name="Host">The host's settings when it was made.</param>
/// <param name="Overlay">What was applied, in the order in which it was.</param>
/// <param name="Settings">What is in force.</param>
/// <param name="IsPinned">Whether the settings are those of an earlier version, and not what follows from the other two.</param>
internal sealed record ConfigurationState(ConfigurationSettings Host, IReadOnlyList<KeyValuePair<string, string?>> Overlay, ConfigurationSettings Settings, bool IsPinned)
{
    public static ConfigurationState Of(ConfigurationSettings host) => new(host, [], host, IsPinned: false);

    /// <summary>Gets the changes that lead from the host's settings to those in force.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> GetDifference()
    {
        if (!IsPinned)
        {
            return Overlay;
        }

        var kept = Settings.Select(static setting => setting.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. Host.Where(setting => !kept.Contains(setting.Key)).Select(static setting => new KeyValuePair<string, string?>(setting.Key, null)), .. Settings.Except(Host)];
    }

    /// <summary>Takes over what the host says now. A rollback holds until that is something else.</summary>
    public ConfigurationState OnHost(ConfigurationSettings host)
    {
        if (host.HasSameAs(Host))
        {
            return this;
        }

        return new ConfigurationState(host, Overlay, host.With(Overlay), IsPinned: false);
    }

    public ConfigurationState With(IReadOnlyCollection<KeyValuePair<string, string?>> changes)
    {
        var overlay = Merge(changes);
        return this with { Overlay = overlay, Settings = Settings.With(changes) };
    }

    public ConfigurationState BackTo(ConfigurationState earlier) =>
        new(Host, earlier.Overlay, earlier.Settings, IsPinned: !Host.With(earlier.Overlay).HasSameAs(earlier.Settings));

    // What is changed again is said once; a value with something applied below it stays as the removal that it also was.
    private List<KeyValuePair<string, string?>> Merge(IReadOnlyCollection<KeyValuePair<string, string?>> changes)
    {
        var merged = new List<KeyValuePair<string, string?>>();
        foreach (var (key, value) in Overlay)
        {
            if (!changes.Any(change => ConfigurationSettings.IsAtOrBelow(key, change.Key)))
            {
                merged.Add(new(key, changes.Any(change => ConfigurationSettings.IsAtOrBelow(change.Key, key)) ? null : value));
            }
        }

        merged.AddRange(changes);
        return merged;
    }
}
