using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Writes content blocks.</summary>
internal static class AnthropicContentWriter
{
    private static readonly string[] TextMembers = ["text", "citations"];
    private static readonly string[] MediaMembers = ["source", AnthropicProperties.Title, AnthropicProperties.Context, AnthropicProperties.Citations];
    private static readonly string[] ThinkingMembers = ["thinking", "signature", "data"];
    private static readonly string[] CallMembers = ["id", "name", "input"];
    private static readonly string[] ResultMembers = ["tool_use_id", "content", "is_error"];

    public static void WriteText(Utf8JsonWriter writer, string text, bool breakpoint)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "text");
        writer.WriteString("text", text);
        if (breakpoint)
        {
            AnthropicCacheBreakpoints.Write(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a content.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="content">The content.</param>
    /// <param name="breakpoint">Whether a breakpoint of the prompt cache stands after it; only for texts, media and the results of tools.</param>
    public static void Write(Utf8JsonWriter writer, AIContent content, bool breakpoint = false)
    {
        switch (content)
        {
            case TextContent text:
                WriteText(writer, text, breakpoint);
                break;
            case TextReasoningContent reasoning:
                WriteReasoning(writer, reasoning);
                break;
            case FunctionCallContent call:
                writer.WriteStartObject();
                writer.WriteString("type", "tool_use");
                writer.WriteString("id", CallIds.FitSymbols(call.CallId));
                writer.WriteString("name", call.Name);
                writer.WritePropertyName("input");
                WireJson.WriteArguments(writer, call.Arguments);
                WriteEnd(writer, call, "tool_use", CallMembers);
                break;
            case FunctionResultContent result:
                WriteResult(writer, result, breakpoint);
                break;
            case DataContent or UriContent:
                AnthropicMediaWriter.Write(writer, content, breakpoint);
                break;
            case HostedFileContent when !AnthropicBlocks.IsBlock(content, "container_upload"):
                AnthropicMediaWriter.Write(writer, content);
                break;
            default:
                WriteBlock(writer, content);
                break;
        }
    }

    /// <summary>Ends a block with what it has in common with others: the cache breakpoint, and the members that the content was read with and has no place for.</summary>
    public static void WriteEnd(Utf8JsonWriter writer, AIContent content, string type, ReadOnlySpan<string> known, bool breakpoint = false)
    {
        WriteProperty(writer, content.AdditionalProperties, AnthropicProperties.CacheControl);
        if (breakpoint)
        {
            AnthropicCacheBreakpoints.Write(writer);
        }

        if (content.RawRepresentation is JsonElement && AnthropicBlocks.TryGetBlock(content, out var block) && block.ValueEquals("type", type))
        {
            foreach (var member in block.EnumerateObject())
            {
                if (member.Name is not ("type" or AnthropicProperties.CacheControl) && !known.Contains(member.Name))
                {
                    member.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
    }

    public static void WriteMediaEnd(Utf8JsonWriter writer, AIContent content, string type, bool breakpoint) => WriteEnd(writer, content, type, MediaMembers, breakpoint);

    /// <summary>Writes an additional property as a member, if it is there.</summary>
    public static void WriteProperty(Utf8JsonWriter writer, AdditionalPropertiesDictionary? properties, string name)
    {
        if (properties is not null && properties.TryGetValue(name, out var value))
        {
            writer.WritePropertyName(name);
            JsonValueWriter.Write(writer, value);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, TextContent text, bool breakpoint)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "text");
        writer.WriteString("text", text.Text);
        AnthropicCitations.Write(writer, text.Annotations);
        WriteEnd(writer, text, "text", TextMembers, breakpoint);
    }

    private static void WriteReasoning(Utf8JsonWriter writer, TextReasoningContent reasoning)
    {
        var redacted = AnthropicBlocks.IsSet(reasoning.AdditionalProperties, AnthropicProperties.RedactedThinking);
        writer.WriteStartObject();
        if (redacted)
        {
            writer.WriteString("type", "redacted_thinking");
            writer.WriteString("data", reasoning.ProtectedData);
        }
        else
        {
            // Empty text is what a provider sends that was told not to show its thinking; the signature holds it.
            writer.WriteString("type", "thinking");
            writer.WriteString("thinking", reasoning.Text);
            writer.WriteString("signature", reasoning.ProtectedData);
        }

        WriteEnd(writer, reasoning, redacted ? "redacted_thinking" : "thinking", ThinkingMembers);
    }

    private static void WriteResult(Utf8JsonWriter writer, FunctionResultContent result, bool breakpoint)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "tool_result");
        writer.WriteString("tool_use_id", CallIds.FitSymbols(result.CallId));
        switch (result.Result)
        {
            case TextContent { Annotations: null or { Count: 0 }, AdditionalProperties: null, RawRepresentation: null } text:
                writer.WriteString("content", text.Text);
                break;
            case AIContent content:
                writer.WriteStartArray("content");
                WriteResultPart(writer, content);
                writer.WriteEndArray();
                break;
            case IEnumerable<AIContent> contents:
                writer.WriteStartArray("content");
                foreach (var content in contents)
                {
                    WriteResultPart(writer, content);
                }

                writer.WriteEndArray();
                break;
            case null when result.Exception is null:
                break;
            default:
                writer.WriteString("content", WireJson.ResultToText(result));
                break;
        }

        if (result.Exception is not null)
        {
            writer.WriteBoolean("is_error", true);
        }

        WriteEnd(writer, result, "tool_result", ResultMembers, breakpoint);
    }

    private static void WriteResultPart(Utf8JsonWriter writer, AIContent content)
    {
        if (content is TextContent { Text.Length: > 0 } or DataContent or UriContent or HostedFileContent || (content is not TextContent && AnthropicBlocks.TryGetBlock(content, out _)))
        {
            Write(writer, content);
        }
    }

    private static void WriteBlock(Utf8JsonWriter writer, AIContent content)
    {
        _ = AnthropicBlocks.TryGetBlock(content, out var block);
        writer.WriteStartObject();
        var replaced = content.AdditionalProperties?.ContainsKey(AnthropicProperties.CacheControl) is true;
        foreach (var member in block.EnumerateObject())
        {
            if (!(replaced && member.NameEquals(AnthropicProperties.CacheControl)))
            {
                member.WriteTo(writer);
            }
        }

        WriteProperty(writer, content.AdditionalProperties, AnthropicProperties.CacheControl);
        writer.WriteEndObject();
    }
}
