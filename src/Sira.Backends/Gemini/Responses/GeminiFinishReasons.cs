using Microsoft.Extensions.AI;

namespace Sira.Backends.Gemini.Responses;

/// <summary>Maps <c>finishReason</c>. What MEAI has no reason for (MALFORMED_FUNCTION_CALL, LANGUAGE, OTHER…) keeps the wire's name.</summary>
internal static class GeminiFinishReasons
{
    public static ChatFinishReason Map(string wire, bool hasCalls) => wire switch
    {
        // The wire says STOP for calls, too.
        "STOP" => hasCalls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
        "MAX_TOKENS" => ChatFinishReason.Length,
        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION"
            or "MODEL_ARMOR" => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(wire),
    };

    /// <summary>Returns the provider's explanation of an ending that is a failure of the model, such as a call that it could not finish; nothing for ordinary endings and filters.</summary>
    public static ErrorContent? Explain(string? wire, string? message, ChatFinishReason? mapped) =>
        string.IsNullOrEmpty(message) || mapped is null
            || mapped == ChatFinishReason.Stop || mapped == ChatFinishReason.ToolCalls || mapped == ChatFinishReason.Length || mapped == ChatFinishReason.ContentFilter
            ? null
            : new ErrorContent(message) { ErrorCode = wire };
}
