using Microsoft.Extensions.AI;

namespace Sira.Session.Context.Building;

/// <summary>Puts messages one behind the other as the target wants them.</summary>
internal sealed class MessageWriter(ContextLimits limits, int capacity)
{
    private readonly List<ChatMessage> messages = new(capacity);
    private bool isFirst = true;
    private bool isLastOwn;

    public IReadOnlyList<ChatMessage> Messages => messages;

    /// <summary>The index of the message that was put before the first; -1 for none.</summary>
    public int Opening { get; private set; } = -1;

    /// <summary>Adds a message, or adds what it says to the one before.</summary>
    /// <returns>The index at which it stands.</returns>
    public int Add(ChatMessage message)
    {
        if (isFirst && message.Role != ChatRole.System)
        {
            isFirst = false;
            if (limits.UserFirst && message.Role != ChatRole.User)
            {
                Opening = messages.Count;
                messages.Add(new ChatMessage(ChatRole.User, ContextTexts.Opening));
            }
        }

        if (limits.AlternatingRoles && messages.Count > 0 && messages[^1].Role == message.Role && (message.Role == ChatRole.User || message.Role == ChatRole.Assistant))
        {
            Merge(message);
        }
        else
        {
            messages.Add(message);
            isLastOwn = false;
        }

        return messages.Count - 1;
    }

    private void Merge(ChatMessage message)
    {
        if (!isLastOwn)
        {
            var own = messages[^1].Clone();
            own.Contents = [.. own.Contents];
            (messages[^1], isLastOwn) = (own, true);
        }

        var contents = messages[^1].Contents;
        foreach (var content in message.Contents)
        {
            contents.Add(content);
        }
    }
}
