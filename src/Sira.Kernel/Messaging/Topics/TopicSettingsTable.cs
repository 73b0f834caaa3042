namespace Sira.Kernel.Messaging.Topics;

/// <summary>Finds the settings of a topic or a group: those of its own name or pattern, then those of the longest pattern that covers it, of equally long ones that with fewer wildcards.</summary>
internal sealed class TopicSettingsTable(IReadOnlyDictionary<string, TopicSettings> settings)
{
    private static readonly TopicSettings None = new();

    private readonly (TopicPattern Pattern, TopicSettings Settings)[] ordered =
    [
        .. settings
            .Select(static entry => (Pattern: TopicPattern.Parse(entry.Key), entry.Value))
            .OrderByDescending(static entry => entry.Pattern.IsName)
            .ThenByDescending(static entry => entry.Pattern.Text.Split('.').Length)
            .ThenBy(static entry => entry.Pattern.Text.Count(static character => character is '*' or '>'))
            .ThenBy(static entry => entry.Pattern.Text.EndsWith('>'))
            .ThenBy(static entry => entry.Pattern.Text, StringComparer.Ordinal),
    ];

    public TopicSettings Find(TopicPattern topics)
    {
        // Who answers requests is no consumer of topics.
        if (ordered.Length == 0 || topics.Text.StartsWith(Requests.RequestRouter.Prefix, StringComparison.Ordinal))
        {
            return None;
        }

        var covering = None;
        foreach (var (pattern, settings) in ordered)
        {
            if (pattern.Text == topics.Text)
            {
                return settings;
            }

            if (ReferenceEquals(covering, None) && pattern.Covers(topics))
            {
                covering = settings;
            }
        }

        return covering;
    }
}
