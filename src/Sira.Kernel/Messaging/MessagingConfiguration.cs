using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Messaging;

/// <summary>The bounds of the container's bus: what code has registered, and the section <c>Sira:Messaging</c> over it. Read once; a reload is checked and takes effect with the next start.</summary>
internal sealed class MessagingConfiguration(MessagingOptions code, SiraConfigurationSection? section) : IConfigurationPart
{
    public string Key => "Messaging";

    /// <summary>Reads the bounds for the bus.</summary>
    /// <exception cref="SiraConfigurationException">A value is wrong.</exception>
    public MessagingOptions Read()
    {
        var errors = new ConfigurationErrors();
        var options = Read(section?.Section?.GetSection(Key) is { } own ? new ConfigurationReader(own, errors) : null, errors);
        errors.ThrowIfAny();
        return options;
    }

    public void Load(ConfigurationReader? reader, ConfigurationErrors errors) => Read(reader, errors);

    private MessagingOptions Read(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var options = code;
        if (reader is not null)
        {
            options = code with
            {
                MaximumTopics = reader.TryInt32(nameof(code.MaximumTopics), out var topics) ? topics : code.MaximumTopics,
                MaximumGroups = reader.TryInt32(nameof(code.MaximumGroups), out var groups) ? groups : code.MaximumGroups,
                MaximumDeadLetters = reader.TryInt32(nameof(code.MaximumDeadLetters), out var letters) ? letters : code.MaximumDeadLetters,
                Topics = ReadTopics(reader),
            };
            reader.ReportUnknownKeys();
        }

        options.Validate(reader?.Section.Path ?? $"{SiraConfigurationSection.DefaultName}:{Key}", errors);
        return options;
    }

    private Dictionary<string, TopicSettings> ReadTopics(ConfigurationReader reader)
    {
        var topics = new Dictionary<string, TopicSettings>(code.Topics, StringComparer.Ordinal);
        foreach (var (pattern, settings) in reader.Children(nameof(code.Topics)))
        {
            topics[pattern] = TopicSettings.Read(settings, topics.GetValueOrDefault(pattern) ?? new TopicSettings());
        }

        return topics;
    }
}
