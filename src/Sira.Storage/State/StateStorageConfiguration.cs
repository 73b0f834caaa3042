using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;

namespace Sira.Storage.State;

/// <summary>The options of kept state: what code has set, and the section <c>Sira:State</c> over it. Read once; a reload is checked and takes effect with the next start.</summary>
internal sealed class StateStorageConfiguration(StateStorageOptions code, SiraConfigurationSection? section) : IConfigurationPart
{
    public string Key => "State";

    public string Path => section?.PathOf(Key) ?? $"{SiraConfigurationSection.DefaultName}:{Key}";

    /// <summary>Reads the options.</summary>
    /// <exception cref="SiraConfigurationException">One is wrong.</exception>
    public StateStorageOptions Read()
    {
        var errors = new ConfigurationErrors();
        var options = Read(section?.Section?.GetSection(Key) is { } own ? new ConfigurationReader(own, errors) : null, errors);
        errors.ThrowIfAny();
        return options;
    }

    public void Load(ConfigurationReader? reader, ConfigurationErrors errors) => Read(reader, errors);

    private StateStorageOptions Read(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var options = code;
        if (reader is not null)
        {
            options = code with
            {
                Namespace = reader.TryString(nameof(code.Namespace), out var @namespace) ? @namespace : code.Namespace,
                Interval = reader.TryDuration(nameof(code.Interval), out var interval) ? interval : code.Interval,
                Lease = reader.TryDuration(nameof(code.Lease), out var lease) ? lease : code.Lease,
                Durability = reader.TryEnum<StorageDurability>(nameof(code.Durability), out var durability) ? durability : code.Durability,
                Parts = reader.TryStrings(nameof(code.Parts), out var parts) ? parts : code.Parts,
                Required = reader.TryBoolean(nameof(code.Required), out var required) ? required : code.Required,
            };
            reader.ReportUnknownKeys();
        }

        options.Validate(Path, errors);
        return options;
    }
}
