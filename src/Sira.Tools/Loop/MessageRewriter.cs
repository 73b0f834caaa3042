using Microsoft.Extensions.AI;

namespace Sira.Tools.Loop;

/// <summary>Feeds a round from a whole response.</summary>
internal static class MessageRewriter
{
    /// <summary>Observes and rewrites messages.</summary>
    /// <returns>The same list when nothing changes; the messages given are never changed.</returns>
    public static IList<ChatMessage> Rewrite(ToolRound round, IList<ChatMessage> messages)
    {
        foreach (var message in messages)
        {
            round.Observe(message.Contents);
        }

        List<ChatMessage>? copy = null;
        for (var i = 0; i < messages.Count; i++)
        {
            var contents = round.Rewrite(messages[i].Contents);
            if (!ReferenceEquals(contents, messages[i].Contents))
            {
                var message = messages[i].Clone();
                message.Contents = contents;
                (copy ??= [.. messages])[i] = message;
            }
        }

        return copy is null ? messages : copy;
    }
}
