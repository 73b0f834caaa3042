using Sira.Kernel.Configuration.Settings;

namespace Sira.Kernel.Configuration.Versions;

/// <summary>A version as the history keeps it.</summary>
/// <param name="version">What everybody may see.</param>
/// <param name="state">The real settings; <see langword="null"/> for a version of an earlier process.</param>
/// <param name="shown">The settings of a version of an earlier process, with tags in the place of secrets.</param>
internal sealed class HistoryEntry(ConfigurationVersion version, ConfigurationState? state, IReadOnlyDictionary<string, string?>? shown = null)
{
    public ConfigurationVersion Version { get; set; } = version;

    public ConfigurationState? State => state;

    public Dictionary<string, string?> Show(SettingRedactor redactor) =>
        shown is not null
            ? new(shown, StringComparer.OrdinalIgnoreCase)
            : state!.Settings.ToDictionary(static setting => setting.Key, setting => redactor.Show(setting.Key, setting.Value), StringComparer.OrdinalIgnoreCase);
}
