using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Responses;

/// <summary>Reads a complete chat completion.</summary>
internal sealed class OpenAIChatResponseReader(OpenAIDialect dialect)
{
    private readonly OpenAIChatContentReader contents = new(dialect);

    public ChatResponse Read(JsonElement body)
    {
        if (OpenAIErrorReader.IsError(body))
        {
            throw OpenAIChatErrors.InAnswer(body, OpenAIUsageReader.Read(body));
        }

        // With several choices only the first is the answer; the others are in the raw representation.
        JsonElement choice = default;
        foreach (var candidate in body.EnumerateArrayOrEmpty("choices"))
        {
            choice = candidate;
            break;
        }

        // Azure leaves the message out when its filter withheld it.
        if (!choice.TryGetObject("message", out var message) && choice.GetStringOrNull("finish_reason") is null)
        {
            throw OpenAIChatErrors.Malformed("the answer has no message in its choices", body);
        }

        if (OpenAIErrorReader.IsError(choice))
        {
            throw OpenAIChatErrors.InAnswer(choice, OpenAIUsageReader.Read(body));
        }

        var raw = body.Clone();
        var id = body.GetStringOrNull("id");
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents.Read(message, body)) { MessageId = id, RawRepresentation = raw })
        {
            ResponseId = id,
            ModelId = body.GetStringOrNull("model"),
            CreatedAt = Timestamps.Read(body),
            FinishReason = OpenAIFinishReasons.Map(choice.GetStringOrNull("finish_reason")),
            Usage = OpenAIUsageReader.Read(body),
            RawRepresentation = raw,
        };
    }
}
