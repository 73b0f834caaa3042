using Microsoft.Extensions.AI;

namespace Sira.Gateway.Streaming;

/// <summary>Tells an update that means something to the reader (text, reasoning, a tool call, media) from a frame that only opens or accounts for a stream.</summary>
internal static class SemanticToken
{
    public static bool IsIn(ChatResponseUpdate update)
    {
        var contents = update.Contents;
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] switch
            {
                TextContent text => !string.IsNullOrEmpty(text.Text),
                TextReasoningContent reasoning => !string.IsNullOrEmpty(reasoning.Text) || !string.IsNullOrEmpty(reasoning.ProtectedData),
                UsageContent or null => false,
                // A content that MEAI has no type for may be a mere lifecycle item of the wire.
                var other => other.GetType() != typeof(AIContent),
            })
            {
                return true;
            }
        }

        return false;
    }
}
