using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Responses;

/// <summary>Why a response ended. Read from a message or from the delta that ends a stream; both have the same members.</summary>
internal static class AnthropicStop
{
    /// <summary>Returns the finish reason, or <see langword="null"/> when there is none yet.</summary>
    public static ChatFinishReason? ReadReason(JsonElement source) => source.GetStringOrNull("stop_reason") switch
    {
        null or "" => null,
        "end_turn" or "stop_sequence" => ChatFinishReason.Stop,
        "max_tokens" or "model_context_window_exceeded" => ChatFinishReason.Length,
        "tool_use" => ChatFinishReason.ToolCalls,
        "refusal" => ChatFinishReason.ContentFilter,
        var other => new ChatFinishReason(other),
    };

    /// <summary>Returns the content that says that the model refused, or <see langword="null"/> when it did not.</summary>
    public static ErrorContent? ReadRefusal(JsonElement source)
    {
        if (!source.ValueEquals("stop_reason", "refusal"))
        {
            return null;
        }

        _ = source.TryGetObject("stop_details", out var details);
        return new ErrorContent(details.GetStringOrNull("explanation") ?? "The model refused to answer.")
        {
            ErrorCode = "Refusal",
            Details = details.GetStringOrNull("category"),
        };
    }

    /// <summary>Returns the other members that say something about the end: the stop sequence that was met, the container to be used again, the edits of the context.</summary>
    public static AdditionalPropertiesDictionary? ReadProperties(JsonElement source, AdditionalPropertiesDictionary? properties = null)
    {
        if (source.GetStringOrNull("stop_sequence") is { } stop)
        {
            (properties ??= [])["stop_sequence"] = stop;
        }

        foreach (var name in (ReadOnlySpan<string>)["container", "context_management"])
        {
            if (source.TryGet(name, out var value))
            {
                (properties ??= [])[name] = value;
            }
        }

        return properties;
    }
}
