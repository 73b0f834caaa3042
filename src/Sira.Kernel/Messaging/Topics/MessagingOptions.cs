using System.Collections.ObjectModel;
using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>The bounds of a message bus, so that a plugin which floods it harms nobody else.</summary>
public sealed record MessagingOptions
{
    private const int Most = 1_000_000;

    /// <summary>Gets how many topics there may be at once.</summary>
    /// <value>Default 10,000.</value>
    public int MaximumTopics { get; init; } = 10_000;

    /// <summary>Gets how many consumer groups there may be at once.</summary>
    /// <value>Default 10,000.</value>
    public int MaximumGroups { get; init; } = 10_000;

    /// <summary>Gets how many dead letters are kept in memory; the oldest is dropped first, counted and logged. Those of durable groups are in the journal and not counted here.</summary>
    /// <value>Default 10,000.</value>
    public int MaximumDeadLetters { get; init; } = 10_000;

    /// <summary>Gets what is set for topics and groups, by the name or pattern of the topics. The entry of the very name or pattern counts, otherwise that of the longest pattern that covers it.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, TopicSettings> Topics { get; init; } = ReadOnlyDictionary<string, TopicSettings>.Empty;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(MaximumTopics, nameof(MaximumTopics));
        Check(MaximumGroups, nameof(MaximumGroups));
        Check(MaximumDeadLetters, nameof(MaximumDeadLetters));
        foreach (var (pattern, settings) in Topics)
        {
            var place = $"{path}:{nameof(Topics)}:{pattern}";
            if (TopicPattern.Refuse(pattern) is { } problem)
            {
                errors.Add(place, "it names no topics.", problem);
            }

            settings.Validate(place, errors);
        }

        void Check(int value, string name)
        {
            if (value is < 1 or > Most)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), $"Use 1 to {Most}.");
            }
        }
    }
}
