using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;

namespace Sira.Storage.Messaging;

/// <summary>The journal's options: what code has set, and the section <c>Sira:Journal</c> over it. Read once; a reload is checked and takes effect with the next start.</summary>
internal sealed class JournalConfiguration(StorageJournalOptions code, SiraConfigurationSection? section) : IConfigurationPart
{
    public string Key => "Journal";

    public string Path => section?.PathOf(Key) ?? $"{SiraConfigurationSection.DefaultName}:{Key}";

    /// <summary>Reads the options for the journal.</summary>
    public StorageJournalOptions Read(ConfigurationErrors errors) => Read(section?.Section?.GetSection(Key) is { } own ? new ConfigurationReader(own, errors) : null, errors);

    public void Load(ConfigurationReader? reader, ConfigurationErrors errors) => Read(reader, errors);

    private StorageJournalOptions Read(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var options = code;
        if (reader is not null)
        {
            options = code with
            {
                Engine = reader.TryString(nameof(code.Engine), out var engine) ? engine : code.Engine,
                Namespace = reader.TryString(nameof(code.Namespace), out var @namespace) ? @namespace : code.Namespace,
                Durability = reader.TryEnum<StorageDurability>(nameof(code.Durability), out var durability) ? durability : code.Durability,
                PollInterval = reader.TryDuration(nameof(code.PollInterval), out var interval) ? interval : code.PollInterval,
                CacheBytes = reader.TryInt64(nameof(code.CacheBytes), out var bytes) ? bytes : code.CacheBytes,
            };
            reader.ReportUnknownKeys();
        }

        options.Validate(Path, errors);
        return options;
    }
}
