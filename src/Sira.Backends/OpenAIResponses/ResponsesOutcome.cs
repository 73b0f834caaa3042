using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIResponses;

/// <summary>What a response says of itself: who it is, and how it ended.</summary>
internal static class ResponsesOutcome
{
    /// <summary>Reads how a response ended; <see langword="null"/> while it runs.</summary>
    /// <exception cref="BackendException">It failed or was cancelled.</exception>
    public static ChatFinishReason? ReadFinishReason(JsonElement response, bool awaitsClient)
    {
        switch (response.GetStringOrNull("status"))
        {
            case "queued" or "in_progress":
                return null;
            case "failed":
                throw OpenAIResponsesErrorReader.CreateException(response, ResponsesUsageReader.Read(response));
            case "cancelled":
                throw new BackendException(BackendErrorKind.Cancelled, "The response was cancelled at the provider.") { Usage = ResponsesUsageReader.Read(response) };
            case "incomplete":
                _ = response.TryGetObject("incomplete_details", out var details);
                return details.GetStringOrNull("reason") switch
                {
                    "max_output_tokens" or "max_tokens" => ChatFinishReason.Length,
                    "content_filter" => ChatFinishReason.ContentFilter,
                    { Length: > 0 } other => new ChatFinishReason(other),
                    _ => new ChatFinishReason("incomplete"),
                };
            default:
                return awaitsClient ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
        }
    }

    public static DateTimeOffset? ReadCreatedAt(JsonElement response) =>
        response.GetInt64OrNull("created_at") is { } seconds and >= 0 and <= 253402300799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>Returns the id under which the provider keeps the conversation, if it does, in the form in which the writer takes it back.</summary>
    public static string? ReadConversationId(JsonElement response)
    {
        var id = response.TryGet("conversation", out var conversation)
            ? conversation.ValueKind == JsonValueKind.String ? conversation.GetString() : conversation.GetStringOrNull("id")
            : response.GetBooleanOrNull("store") == true ? response.GetStringOrNull("id") : null;
        return OpenAIResponsesRequestWriter.IsProviderState(id) ? id : null;
    }
}
