using System.Globalization;
using Sira.Kernel.Configuration.Versions;

namespace Sira.Kernel.Backup.Participants;

/// <summary>Puts the older versions before those of this process, and applies the changes that were in force.</summary>
internal sealed class ConfigurationRestore(SiraConfiguration configuration, List<HistoryEntry> older, Dictionary<string, string?> overlay, DateTimeOffset savedAt, List<string> notes) : IStateRestore
{
    private long before;

    public IReadOnlyList<string> Notes => notes;

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        before = configuration.Current?.Number ?? 0;
        configuration.ContinueAfter(older.Select(static entry => Math.Max(entry.Version.Number, entry.Version.OriginalNumber ?? 0)).DefaultIfEmpty().Max());
        if (overlay.Count > 0)
        {
            var list = ChangeArguments.Check(overlay);
            await configuration.ChangeAsync(now => now.With(list), ConfigurationSource.Restore, "backup", string.Create(CultureInfo.InvariantCulture, $"restored from the backup of {savedAt:u}"), cancellationToken).ConfigureAwait(false);
        }

        if (configuration.History.AddOlder(older) is > 0 and var lost)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"The oldest {lost} of the {older.Count} versions of the configuration are not kept, because there is no room for them. Raise {nameof(ConfigurationHistoryOptions)}.{nameof(ConfigurationHistoryOptions.MaximumVersions)} and restore into a new process to have them."));
        }
    }

    public async ValueTask UndoAsync()
    {
        configuration.History.Remove(older);
        if (overlay.Count > 0)
        {
            await configuration.RollBackAsync(before, "backup", "the restore failed in another part").ConfigureAwait(false);
        }
    }
}
