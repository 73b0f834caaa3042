using Microsoft.Extensions.AI;
using Sira.Backends.Wire;

namespace Sira.Backends.OpenAIResponses.Items;

/// <summary>Marks what only its provider understands: encrypted reasoning, items with ids, calls of tools that it ran. Several providers speak this wire, and none takes another's.</summary>
internal static class ResponsesOrigin
{
    public static void Mark(IList<AIContent> contents, string origin)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i].AdditionalProperties?.ContainsKey(ResponsesProperties.Item) == true || contents[i] is TextReasoningContent { ProtectedData: not null })
            {
                ReasoningOrigin.Mark(contents[i], origin);
            }
        }
    }
}
