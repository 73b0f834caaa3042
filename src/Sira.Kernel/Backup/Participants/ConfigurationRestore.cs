using System.Globalization;
using Sira.Kernel.Configuration.Versions;

namespace Sira.Kernel.Backup.Participants;

/// <summary>Puts the older versions before those of this process, and applies the changes that were in force.</summary>
internal sealed class ConfigurationRestore(SiraConfiguration configuration, List<HistoryEntry> older, Dictionary<string, string?> overlay, DateTimeOffset savedAt, List<string> notes) : IStateRestore
{
    private HistoryEntry[] added = [];
    private long before;

    public IReadOnlyList<string> Notes => notes;

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        // This process has counted from 1 as well; its own versions are those that decisions name.
        var own = configuration.Versions.Select(static version => version.Number).ToHashSet();
        added = [.. older.Where(entry => !own.Contains(entry.Version.Number))];
        before = configuration.Current?.Number ?? 0;
        configuration.ContinueAfter(older.Select(static entry => entry.Version.Number).DefaultIfEmpty().Max());
        if (overlay.Count > 0)
        {
            var list = ChangeArguments.Check(overlay);
            await configuration.ChangeAsync(now => now.With(list), ConfigurationSource.Restore, "backup", string.Create(CultureInfo.InvariantCulture, $"restored from the backup of {savedAt:u}"), cancellationToken).ConfigureAwait(false);
        }

        configuration.History.AddOlder(added);
    }

    public async ValueTask UndoAsync()
    {
        configuration.History.Remove(added);
        if (overlay.Count > 0)
        {
            await configuration.RollBackAsync(before, "backup", "the restore failed in another part").ConfigureAwait(false);
        }
    }
}
