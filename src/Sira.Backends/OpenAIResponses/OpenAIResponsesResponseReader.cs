using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses.Items;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIResponses;

/// <summary>Reads a complete response.</summary>
internal static class OpenAIResponsesResponseReader
{
    public static ChatResponse Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw CreateMalformed("The response is not a JSON object.", body);
        }

        if (body.TryGet("error", out _) && body.GetStringOrNull("status") is null or "failed")
        {
            throw OpenAIResponsesErrorReader.CreateException(body, ResponsesUsageReader.Read(body));
        }

        if (!body.TryGet("output", out var output) || output.ValueKind != JsonValueKind.Array)
        {
            throw CreateMalformed("The response has no array 'output'.", body);
        }

        var raw = body.Clone();
        var id = raw.GetStringOrNull("id");
        var createdAt = ResponsesOutcome.ReadCreatedAt(raw);
        var messages = ReadMessages(raw.GetProperty("output"), id, createdAt, out var awaitsClient);
        var response = new ChatResponse(messages)
        {
            FinishReason = ResponsesOutcome.ReadFinishReason(raw, awaitsClient),
            ResponseId = id,
            ModelId = raw.GetStringOrNull("model"),
            ConversationId = ResponsesOutcome.ReadConversationId(raw),
            CreatedAt = createdAt,
            Usage = ResponsesUsageReader.Read(raw),
            RawRepresentation = raw,
        };
        if (response.FinishReason is null && id is not null)
        {
            response.ContinuationToken = new ResponsesContinuation(id).ToToken();
        }

        return response;
    }

    /// <summary>Creates the exception for a body or an event that is not what the protocol promises.</summary>
    public static BackendException CreateMalformed(string message, JsonElement body) =>
        CreateMalformed(message, body.ValueKind == JsonValueKind.Undefined ? string.Empty : body.GetRawText(), null);

    public static BackendException CreateMalformed(string message, string received, Exception? cause) =>
        new(BackendErrorKind.MalformedResponse, message, cause)
        {
            ResponseExcerpt = received.Length <= BackendException.MaximumExcerptLength ? received : received[..BackendException.MaximumExcerptLength],
        };

    // A response is one message, as MEAI's callers expect, unless the model speaks more than once: then each further message item starts one, because their texts do not run on.
    private static List<ChatMessage> ReadMessages(JsonElement output, string? responseId, DateTimeOffset? createdAt, out bool awaitsClient)
    {
        var message = new ChatMessage { Role = ChatRole.Assistant, CreatedAt = createdAt };
        List<ChatMessage> messages = [message];
        var clientCalls = 0;
        foreach (var item in output.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            if (item.GetStringOrNull("type") == "message" && item.GetStringOrNull("id") is { } itemId)
            {
                if (message.MessageId is not null && message.MessageId != itemId)
                {
                    message = new ChatMessage { Role = ChatRole.Assistant, CreatedAt = createdAt };
                    messages.Add(message);
                }

                message.MessageId = itemId;
            }

            clientCalls += ResponsesItemTypes.CountClientCalls(item);
            ResponsesItemReader.Read(item, message.Contents);
        }

        message.MessageId ??= responseId;
        awaitsClient = clientCalls > 0;
        return messages;
    }
}
