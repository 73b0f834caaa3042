using Sira.Kernel.Configuration.Settings;

namespace Sira.Kernel.Configuration.Versions;

/// <summary>The versions that are kept, bounded.</summary>
internal sealed class ConfigurationHistory(int maximum, string path)
{
    private readonly Lock gate = new();
    private readonly List<HistoryEntry> entries = [];
    private readonly SettingRedactor redactor = new();

    public IReadOnlyList<ConfigurationVersion> Versions
    {
        get
        {
            lock (gate)
            {
                return [.. entries.Select(static entry => entry.Version)];
            }
        }
    }

    /// <summary>The versions with their settings, without secrets.</summary>
    public IReadOnlyList<(ConfigurationVersion Version, Dictionary<string, string?> Settings)> Show()
    {
        HistoryEntry[] all;
        lock (gate)
        {
            all = [.. entries];
        }

        return [.. all.Select(entry => (entry.Version, entry.Show(redactor)))];
    }

    public void Add(HistoryEntry entry)
    {
        lock (gate)
        {
            entries.Add(entry);
            Prune();
        }
    }

    /// <summary>Takes over the versions of an earlier process, as older than all others, which are numbered downwards from there: that process has counted from 1 as well.</summary>
    /// <returns>How many there is no room for, the oldest.</returns>
    public int AddOlder(IReadOnlyList<HistoryEntry> older)
    {
        lock (gate)
        {
            var all = entries.Count + older.Count;
            var first = Math.Min(1, entries.Count == 0 ? 1 : entries[0].Version.Number) - older.Count;
            for (var i = 0; i < older.Count; i++)
            {
                var version = older[i].Version;
                older[i].Version = version with { Number = first + i, OriginalNumber = version.OriginalNumber ?? version.Number };
            }

            entries.InsertRange(0, older);
            Prune();
            return all - entries.Count;
        }
    }

    public void Remove(IReadOnlyList<HistoryEntry> added)
    {
        lock (gate)
        {
            entries.RemoveAll(added.Contains);
        }
    }

    public void Mark(long number, ConfigurationVersionState state)
    {
        lock (gate)
        {
            if (entries.FindLast(entry => entry.Version.Number == number && entry.State is not null) is { } entry)
            {
                entry.Version = entry.Version with { State = state, CanRollBack = state is ConfigurationVersionState.InForce or ConfigurationVersionState.Superseded };
            }
        }
    }

    /// <exception cref="SiraConfigurationException">There is none.</exception>
    public HistoryEntry Find(long number)
    {
        lock (gate)
        {
            if (entries.Find(entry => entry.Version.Number == number) is { } found)
            {
                return found;
            }

            // What decisions of an earlier process name, where that can be only one.
            var older = entries.FindAll(entry => entry.Version.OriginalNumber == number);
            return older.Count == 1 ? older[0] : throw new SiraConfigurationException([new ConfigurationError(path, $"version {number} is not in the history.", DescribeFix(older))]);
        }
    }

    public Dictionary<string, string?> GetSettings(long number) => Find(number).Show(redactor);

    public ConfigurationDiff Diff(long from, long to)
    {
        var (before, after) = (GetSettings(from), GetSettings(to));
        var changes = new List<ConfigurationChange>();
        foreach (var key in before.Keys.Union(after.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase))
        {
            var (had, has) = (before.ContainsKey(key), after.ContainsKey(key));
            var (old, now) = (before.GetValueOrDefault(key), after.GetValueOrDefault(key));
            if (had != has || old != now)
            {
                changes.Add(new ConfigurationChange(key, had ? old ?? string.Empty : null, has ? now ?? string.Empty : null));
            }
        }

        return new ConfigurationDiff(from, to, changes);
    }

    private string DescribeFix(List<HistoryEntry> older)
    {
        if (older.Count > 0)
        {
            return $"Several earlier processes had one, which are kept as {string.Join(", ", older.Select(static entry => entry.Version.Number))}.";
        }

        return entries.Count == 0 ? "There is none yet." : $"It holds {entries[0].Version.Number} to {entries[^1].Version.Number}; raise {nameof(ConfigurationHistoryOptions)}.{nameof(ConfigurationHistoryOptions.MaximumVersions)} to keep more than {maximum}.";
    }

    private void Prune()
    {
        while (entries.Count > maximum && entries.FindIndex(static entry => entry.Version.State is not (ConfigurationVersionState.InForce or ConfigurationVersionState.RollingOut)) is >= 0 and var oldest)
        {
            entries.RemoveAt(oldest);
        }
    }
}
