using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic;

/// <summary>Reads a content block of an assistant's turn, be it in a response, at the end of a stream's block, or in a request's history.</summary>
internal static class AnthropicBlockReader
{
    private static readonly string[] TextMembers = ["text", "citations", AnthropicProperties.CacheControl];
    private static readonly string[] CallMembers = ["id", "name", "input", AnthropicProperties.CacheControl];

    /// <summary>Reads a block.</summary>
    /// <param name="block">The block, which outlives the call.</param>
    /// <returns>The content; one without a type of its own holds the block as its raw representation and is written back as it was.</returns>
    public static AIContent Read(JsonElement block) => block.GetStringOrNull("type") switch
    {
        "text" => ReadText(block),
        "thinking" => ReasoningOrigin.Mark(new TextReasoningContent(block.GetStringOrNull("thinking")) { ProtectedData = block.GetStringOrNull("signature") }, AnthropicWireFormat.WireName),
        "redacted_thinking" => CreateRedacted(block.GetStringOrNull("data")),
        "tool_use" => ReadCall(block),
        _ => AnthropicServerToolReader.Read(block),
    };

    /// <summary>Creates the content of thinking that the provider keeps to itself.</summary>
    public static TextReasoningContent CreateRedacted(string? data) => ReasoningOrigin.Mark(
        new TextReasoningContent(string.Empty) { ProtectedData = data, AdditionalProperties = new() { [AnthropicProperties.RedactedThinking] = true } },
        AnthropicWireFormat.WireName);

    /// <summary>Creates a call.</summary>
    /// <param name="block">The block.</param>
    /// <param name="arguments">The arguments as they were streamed, or <see langword="null"/> to take them from the block.</param>
    public static FunctionCallContent ReadCall(JsonElement block, string? arguments = null)
    {
        arguments ??= block.TryGet("input", out var input) ? input.GetRawText() : null;
        var call = WireJson.CreateCall(block.GetStringOrNull("id") ?? string.Empty, block.GetStringOrNull("name") ?? string.Empty, arguments);
        call.RawRepresentation = AnthropicBlocks.HasOtherMembers(block, CallMembers) ? block : null;
        return call;
    }

    private static TextContent ReadText(JsonElement block)
    {
        var text = block.GetStringOrNull("text") ?? string.Empty;
        return new TextContent(text)
        {
            Annotations = AnthropicCitations.Read(block, text.Length),
            RawRepresentation = AnthropicBlocks.HasOtherMembers(block, TextMembers) ? block : null,
        };
    }
}
