using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Anthropic.Responses;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.Anthropic;

/// <summary>Reads a complete response.</summary>
internal static class AnthropicResponseReader
{
    /// <summary>Reads a response.</summary>
    /// <param name="body">The body.</param>
    /// <param name="time">The clock for the time of creation, which the wire does not state.</param>
    /// <exception cref="BackendException">The body is an error or is not what the protocol promises.</exception>
    public static ChatResponse Read(JsonElement body, TimeProvider time)
    {
        if (body.ValueEquals("type", "error") || (body.TryGetObject("error", out _) && !body.TryGet("content", out _)))
        {
            throw AnthropicErrorReader.Create(body);
        }

        if (body.ValueKind != JsonValueKind.Object || !(body.TryGet("content", out _) || body.TryGet("stop_reason", out _)))
        {
            throw AnthropicMalformed.Create("The response is not a message: it has neither content nor a stop reason.", Describe(body));
        }

        try
        {
            return ReadMessage(body.Clone(), time);
        }
        catch (InvalidOperationException exception)
        {
            // What the reader throws for text that is JSON but no text, such as half a surrogate pair.
            throw AnthropicMalformed.Create("The response holds text that cannot be decoded.", Describe(body), exception);
        }
    }

    private static ChatResponse ReadMessage(JsonElement body, TimeProvider time)
    {
        var contents = new List<AIContent>();
        if (body.GetStringOrNull("content") is { } text)
        {
            contents.Add(new TextContent(text));
        }

        foreach (var block in body.EnumerateArrayOrEmpty("content"))
        {
            if (block.ValueKind != JsonValueKind.Object)
            {
                throw AnthropicMalformed.Create("The response holds content that is not a block.", Describe(body));
            }

            var content = AnthropicBlockReader.Read(block);
            AnthropicMalformed.ThrowIfIncomplete(content, block);
            contents.Add(content);
        }

        if (AnthropicStop.ReadRefusal(body) is { } refusal)
        {
            contents.Add(refusal);
        }

        var usage = default(AnthropicUsage);
        if (body.TryGetObject("usage", out var stated))
        {
            usage.Merge(stated);
        }

        var id = body.GetStringOrNull("id");
        var created = time.GetUtcNow();
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = id, CreatedAt = created })
        {
            ResponseId = id,
            ModelId = body.GetStringOrNull("model"),
            CreatedAt = created,
            FinishReason = AnthropicStop.ReadReason(body),
            Usage = usage.ToDetails(),
            AdditionalProperties = AnthropicStop.ReadProperties(body),
            RawRepresentation = body,
        };
    }

    private static string Describe(JsonElement body) => body.ValueKind == JsonValueKind.Undefined ? string.Empty : body.GetRawText();
}
