using Microsoft.Extensions.AI;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Makes the beginning of an answer, put as the last message, into what the provider takes: it refuses one that ends in whitespace.</summary>
/// <remarks>The answer then goes on from the text without that whitespace, and may begin with it.</remarks>
internal static class AnthropicPrefill
{
    /// <summary>Takes the whitespace off the end of a conversation that ends with text of the assistant. Text of which nothing is left is dropped.</summary>
    /// <param name="parts">The contents with the roles of their turns; changed in place.</param>
    /// <param name="role">The assistant's role.</param>
    public static void Trim(List<(string Role, AIContent Content)> parts, string role)
    {
        while (parts.Count > 0 && parts[^1].Role == role && parts[^1].Content is TextContent text && text.Text.Length > 0 && char.IsWhiteSpace(text.Text[^1]))
        {
            var trimmed = text.Text.TrimEnd();
            if (trimmed.Length > 0)
            {
                parts[^1] = (role, new TextContent(trimmed) { AdditionalProperties = text.AdditionalProperties, Annotations = text.Annotations, RawRepresentation = text.RawRepresentation });
                return;
            }

            parts.RemoveAt(parts.Count - 1);
        }
    }
}
