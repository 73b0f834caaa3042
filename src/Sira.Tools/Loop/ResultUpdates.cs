using Microsoft.Extensions.AI;

namespace Sira.Tools.Loop;

/// <summary>Makes the updates that the loop itself adds to a stream.</summary>
internal static class ResultUpdates
{
    /// <summary>Makes an update from a whole message.</summary>
    public static ChatResponseUpdate From(ChatMessage message, string? responseId) => new(message.Role, message.Contents) { ResponseId = responseId };

    /// <summary>Makes the last update, which names the limit that was reached.</summary>
    /// <remarks>It has no message id, because properties of an update with one belong to the message and not to the response.</remarks>
    public static ChatResponseUpdate Reached(ToolLoopLimit limit, ChatResponse last) => new(last.Messages.Count > 0 ? last.Messages[^1].Role : ChatRole.Assistant, contents: [])
    {
        ResponseId = last.ResponseId,
        AdditionalProperties = new AdditionalPropertiesDictionary { [ToolLoopOptions.LimitPropertyName] = limit },
    };
}
