using System.Text;
using Microsoft.Extensions.AI;

namespace Sira.Gateway.Streaming;

/// <summary>What a consumer has received of an answer, over all attempts that it was pieced together from.</summary>
internal sealed class DeliveredAnswer
{
    private readonly List<ChatResponseUpdate> updates = [];
    private readonly StringBuilder text = new();

    public bool IsEmpty => updates.Count == 0;

    /// <summary>Whether something was delivered that cannot be compared with what another attempt says, such as an image.</summary>
    public bool HasOther { get; private set; }

    public bool HasReasoning { get; private set; }

    public List<FunctionCallContent> Calls { get; } = [];

    public string? MessageId { get; private set; }

    public string? ResponseId { get; private set; }

    public string Text => text.ToString();

    public void Add(ChatResponseUpdate update)
    {
        updates.Add(update);
        MessageId ??= update.MessageId;
        ResponseId ??= update.ResponseId;
        var contents = update.Contents;
        for (var i = 0; i < contents.Count; i++)
        {
            switch (contents[i])
            {
                case TextContent part:
                    text.Append(part.Text);
                    break;
                case TextReasoningContent:
                    HasReasoning = true;
                    break;
                case FunctionCallContent call:
                    Calls.Add(call);
                    break;
                case var other:
                    HasOther |= other.GetType() != typeof(AIContent);
                    break;
            }
        }
    }

    public ChatResponse ToResponse() => updates.ToChatResponse();

    public void Clear()
    {
        updates.Clear();
        text.Clear();
        Calls.Clear();
        (HasOther, HasReasoning, MessageId, ResponseId) = (false, false, null, null);
    }
}
