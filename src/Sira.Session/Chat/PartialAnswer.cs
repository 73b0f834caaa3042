using Microsoft.Extensions.AI;

namespace Sira.Session.Chat;

/// <summary>What can be kept of an answer that broke off: words, and tool calls only with their results.</summary>
internal static class PartialAnswer
{
    public static List<ChatMessage> Of(IList<ChatMessage> messages)
    {
        var results = new HashSet<string>(StringComparer.Ordinal);
        var calls = new HashSet<string>(StringComparer.Ordinal);
        foreach (var content in messages.SelectMany(static message => message.Contents))
        {
            _ = content switch
            {
                FunctionCallContent call => calls.Add(call.CallId),
                FunctionResultContent result => results.Add(result.CallId),
                _ => false,
            };
        }

        var kept = new List<ChatMessage>();
        foreach (var message in messages)
        {
            var contents = message.Contents.Where(content => content switch
            {
                FunctionCallContent call => results.Contains(call.CallId),
                FunctionResultContent result => calls.Contains(result.CallId),
                ToolApprovalRequestContent or UsageContent => false,
                TextContent text => text.Text.Length > 0,
                TextReasoningContent => false,
                _ => true,
            }).ToList();
            if (contents.Count > 0)
            {
                var copy = message.Clone();
                copy.Contents = contents;
                kept.Add(copy);
            }
        }

        return kept;
    }
}
