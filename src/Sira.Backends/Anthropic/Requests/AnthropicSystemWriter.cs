using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Writes <c>system</c>: the instructions, then the text of the system messages.</summary>
internal static class AnthropicSystemWriter
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages, ChatOptions? options, AnthropicModelProfile profile, bool caches)
    {
        var instructions = string.IsNullOrEmpty(options?.Instructions) ? null : options.Instructions;
        var (count, only) = Count(messages, profile);
        if (instructions is not null)
        {
            count++;
        }

        if (count == 0)
        {
            return;
        }

        if (count == 1 && !caches && (instructions is not null || only!.AdditionalProperties?.ContainsKey(AnthropicProperties.CacheControl) is not true))
        {
            writer.WriteString("system", instructions ?? only!.Text);
            return;
        }

        writer.WriteStartArray("system");
        if (instructions is not null)
        {
            AnthropicContentWriter.WriteText(writer, instructions, caches && count == 1);
        }

        var left = instructions is null ? count : count - 1;
        var begun = false;
        for (var i = 0; i < messages.Count; i++)
        {
            if (!IsHoisted(messages[i], ref begun, profile))
            {
                continue;
            }

            foreach (var content in messages[i].Contents)
            {
                if (content is TextContent { Text.Length: > 0 })
                {
                    AnthropicContentWriter.Write(writer, content, caches && --left == 0);
                }
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>Whether a message goes into <c>system</c>. The Messages API came without system messages inside the conversation, and most models still know none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="begun">Whether the conversation has begun; updated.</param>
    /// <param name="profile">The model's profile.</param>
    public static bool IsHoisted(ChatMessage message, ref bool begun, AnthropicModelProfile profile)
    {
        if (message.Role != ChatRole.System)
        {
            begun = true;
            return false;
        }

        if (AnthropicBlocks.IsSet(message.AdditionalProperties, AnthropicProperties.InPlace))
        {
            return false;
        }

        foreach (var content in message.Contents)
        {
            // Such as tools that are added in the middle of a conversation, which only make sense there.
            if (content is not TextContent && AnthropicBlocks.TryGetBlock(content, out _))
            {
                return false;
            }
        }

        return !(begun && profile.SystemMessagesInPlace);
    }

    private static (int Count, TextContent? Only) Count(IReadOnlyList<ChatMessage> messages, AnthropicModelProfile profile)
    {
        var count = 0;
        TextContent? only = null;
        var begun = false;
        for (var i = 0; i < messages.Count; i++)
        {
            if (!IsHoisted(messages[i], ref begun, profile))
            {
                continue;
            }

            foreach (var content in messages[i].Contents)
            {
                if (content is TextContent { Text.Length: > 0 } text)
                {
                    count++;
                    only = text;
                }
            }
        }

        return (count, only);
    }
}
