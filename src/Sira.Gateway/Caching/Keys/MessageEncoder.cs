using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Gateway.Caching.Keys;

/// <summary>Encodes messages. Ids and times of messages do not reach a model, so they are left out.</summary>
internal static class MessageEncoder
{
    public static bool TryWrite(KeyWriter writer, ChatMessage? message)
    {
        if (message is null || !TryWriteHead(writer, message))
        {
            return false;
        }

        var contents = message.Contents;
        writer.Count(contents.Count);
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] is null || !ContentEncoder.TryWrite(writer, contents[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Encodes everything of a message but its contents.</summary>
    public static bool TryWriteHead(KeyWriter writer, ChatMessage message)
    {
        writer.String(message.Role.Value);
        writer.String(message.AuthorName);

        // Sira's own backends keep the whole answer here as JSON, with its id and its time, and none sends it back; contents carry what is. Objects of other libraries are sent back by their clients.
        return message.RawRepresentation is null or JsonElement && ValueEncoder.TryWriteMap(writer, message.AdditionalProperties);
    }
}
