using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Plugins;

namespace Sira.Plugins.Isolation.Messaging;

/// <summary>Which topics one plugin may use.</summary>
/// <param name="pluginId">The plugin.</param>
/// <param name="grant">What it is permitted; <see langword="null"/> for nothing.</param>
internal sealed class PluginTopics(string pluginId, PluginGrant? grant) : IPluginTopics
{
    private readonly PermittedTopics[] permitted = [.. (grant?.Arguments ?? []).Select(static argument => PermittedTopics.TryParse(argument, out var topics) ? topics : throw new ArgumentException($"'{argument}' permits no topics. {PermittedTopics.Grammar}", nameof(grant)))];

    public string PluginId => pluginId;

    public TopicRefusal? Refuse(TopicUse use, string topics)
    {
        var pattern = TopicPattern.Parse(topics);
        if (grant is { Arguments.Count: 0 } || Array.Exists(permitted, allowed => allowed.Use == use && allowed.Topics.Covers(pattern)))
        {
            return null;
        }

        var has = grant is null ? "It has no permission for topics" : $"It is permitted {string.Join(", ", grant.Arguments)}";
        return new TopicRefusal(
            $"The plugin '{pluginId}' may not {Verb(use)} '{topics}'. {has}.",
            $"Add 'messaging: {PermittedTopics.NameOf(use)} {topics}' to its manifest, and where it is not trusted also to the host's configuration.");
    }

    /// <exception cref="PluginException">The plugin may not.</exception>
    public void Demand(TopicUse use, string topics)
    {
        if (Refuse(use, topics) is { } refusal)
        {
            throw new PluginException(pluginId, $"{refusal.Problem} {refusal.Fix}");
        }
    }

    private static string Verb(TopicUse use) => use switch
    {
        TopicUse.Publish => "publish to",
        TopicUse.Subscribe => "subscribe to",
        TopicUse.Request => "make requests to",
        _ => "answer requests to",
    };
}
