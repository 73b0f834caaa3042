using System.Text.Json;
using Sira.Kernel.Configuration.Settings;
using Sira.Kernel.Configuration.Versions;

namespace Sira.Kernel.Backup.Participants;

/// <summary>The history of the configuration, for reading, and the changes that were applied over the host's, which come into force again. Secrets are not written.</summary>
internal sealed class ConfigurationParticipant(SiraConfiguration configuration) : IStateParticipant
{
    public string Name => "configuration";

    public int SchemaVersion => 1;

    public IStateCapture Capture()
    {
        var records = configuration.History.Show().Select(static shown => new ConfigurationRecord { Version = shown.Version, Settings = shown.Settings }).ToList();
        foreach (var (key, value) in configuration.Overlay)
        {
            var isSecret = SettingRedactor.IsSecret(key, value);
            records.Add(new ConfigurationRecord { Key = key, Value = isSecret ? null : value, IsSecret = isSecret });
        }

        return new LinesCapture<ConfigurationRecord>(records, ParticipantJsonContext.Default.ConfigurationRecord);
    }

    public async ValueTask<IStateRestore> PrepareAsync(Stream section, StateSectionInfo info, CancellationToken cancellationToken)
    {
        var (entries, overlay, notes) = (new List<HistoryEntry>(), new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase), new List<string>());
        await foreach (var record in StateLines.ReadAsync(section, ParticipantJsonContext.Default.ConfigurationRecord, cancellationToken).ConfigureAwait(false))
        {
            if (record.Version is { } version)
            {
                entries.Add(new HistoryEntry(version with { State = Ended(version.State), CanRollBack = false, Report = version.Report ?? ConfigurationReport.Clean }, null, record.Settings ?? []));
            }
            else if (record.Key is not { } key)
            {
                throw new JsonException("A record of the configuration is neither a version nor a change.");
            }
            else if (record.IsSecret)
            {
                notes.Add($"The secret that was applied as '{key}' is not in the backup. Apply it again.");
            }
            else
            {
                overlay[key] = record.Value;
            }
        }

        if (overlay.Count > 0)
        {
            // Found out now, while nothing has changed.
            var report = await configuration.ValidateAsync(overlay, cancellationToken).ConfigureAwait(false);
            if (!report.IsValid)
            {
                throw new StateBackupException($"The changes that were applied when the backup was written do not fit the configuration of this process:{Environment.NewLine}{report}{Environment.NewLine}Nothing has changed. Correct the host's configuration and try again.");
            }
        }

        return new ConfigurationRestore(configuration, entries, overlay, info.SavedAt, notes);
    }

    private static ConfigurationVersionState Ended(ConfigurationVersionState state) => state switch
    {
        ConfigurationVersionState.InForce => ConfigurationVersionState.Superseded,
        ConfigurationVersionState.RollingOut => ConfigurationVersionState.Withdrawn,
        _ => state,
    };
}
