using Microsoft.Extensions.AI;

namespace Sira.Session.Context.Building;

/// <summary>The ids of tool calls and results in a message. A request for approval counts as the call that it asks about, and the response to it as a result: each is refused without the other.</summary>
internal static class MessageCalls
{
    /// <summary>Returns the id of the call that a content makes, or <see langword="null"/>.</summary>
    public static string? CallOf(AIContent content) => content switch
    {
        ToolCallContent call => call.CallId,
        ToolApprovalRequestContent request => request.ToolCall.CallId,
        _ => null,
    };

    /// <summary>Returns the id of the call that a content has the result of, or <see langword="null"/>.</summary>
    public static string? ResultOf(AIContent content) => content switch
    {
        ToolResultContent result => result.CallId,
        ToolApprovalResponseContent response => response.ToolCall.CallId,
        _ => null,
    };

    /// <summary>Tells whether a content says anything by itself, to a user or a model.</summary>
    public static bool IsSubstance(AIContent content) => content is not (TextReasoningContent or UsageContent) && content is not TextContent { Text.Length: 0 };

    /// <summary>Tells whether a message is what a user said, rather than only the answer to a call.</summary>
    public static bool IsUserMessage(ChatMessage message)
    {
        if (message.Role != ChatRole.User)
        {
            return false;
        }

        for (var i = 0; i < message.Contents.Count; i++)
        {
            if (ResultOf(message.Contents[i]) is null)
            {
                return true;
            }
        }

        return message.Contents.Count == 0;
    }
}
