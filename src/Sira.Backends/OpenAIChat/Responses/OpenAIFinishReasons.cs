using Microsoft.Extensions.AI;

namespace Sira.Backends.OpenAIChat.Responses;

/// <summary>Maps the finish reasons of chat completions.</summary>
internal static class OpenAIFinishReasons
{
    public static ChatFinishReason? Map(string? value) => value switch
    {
        null or "" => null,
        "stop" => ChatFinishReason.Stop,
        // Mistral tells the model's own limit from the request's.
        "length" or "model_length" => ChatFinishReason.Length,
        "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
        "content_filter" => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(value),
    };
}
