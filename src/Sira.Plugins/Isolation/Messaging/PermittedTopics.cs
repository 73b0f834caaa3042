using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Plugins;

namespace Sira.Plugins.Isolation.Messaging;

/// <summary>What the permission <c>messaging</c> allows on topics that a pattern matches.</summary>
internal sealed record PermittedTopics(TopicUse Use, TopicPattern Topics)
{
    public const string Grammar = "Write what for and which topics, as in 'publish orders.created', 'subscribe orders.*', 'subscribe orders.>', 'request price' or 'respond price'; or 'messaging' alone for everything.";

    /// <summary>Reads what stands after the colon.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PermittedTopics? permitted)
    {
        permitted = null;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || UseOf(text[..space]) is not { } use)
        {
            return false;
        }

        try
        {
            permitted = new PermittedTopics(use, TopicPattern.Parse(text[(space + 1)..].Trim()));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public static string NameOf(TopicUse use) => use switch
    {
        TopicUse.Publish => "publish",
        TopicUse.Subscribe => "subscribe",
        TopicUse.Request => "request",
        _ => "respond",
    };

    private static TopicUse? UseOf(string word) => word switch
    {
        "publish" => TopicUse.Publish,
        "subscribe" => TopicUse.Subscribe,
        "request" => TopicUse.Request,
        "respond" => TopicUse.Respond,
        _ => null,
    };
}
