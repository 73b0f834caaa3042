using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Gemini.Options;
using Sira.Backends.Gemini.Parts;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini;

/// <summary>Writes a <c>GenerateContentRequest</c>.</summary>
internal static class GeminiRequestWriter
{
    // What the writers below decide about; every other raw member (safetySettings, cachedContent, labels…) goes out as it is.
    private static readonly FrozenSet<string> Written = FrozenSet.Create(
        StringComparer.Ordinal,
        "model", "contents", "systemInstruction", "system_instruction", "tools", "toolConfig", "tool_config", "generationConfig", "generation_config");

    public static void Write(Utf8JsonWriter writer, in WireRequest request)
    {
        var raw = GeminiJson.ToObject(request.Options?.RawRepresentationFactory?.Invoke(request.Client!));
        var rule = GeminiModelRules.Find(request.ModelId);
        writer.WriteStartObject();
        WriteSystem(writer, request.Messages, request.Options?.Instructions, raw);
        new GeminiContentsWriter(writer, rule.MediaInToolResults, rule.RequiresCallSignatures).Write(request.Messages);
        GeminiToolWriter.Write(writer, request.Options, raw);
        GeminiGenerationConfigWriter.Write(writer, request.Options, rule, raw);
        if (raw.ValueKind == JsonValueKind.Object)
        {
            WireJson.WriteExtraMembers(writer, raw, Written);
        }

        writer.WriteEndObject();
    }

    // The wire has one place for instructions, outside the conversation: system messages go there wherever they stand.
    private static void WriteSystem(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages, string? instructions, JsonElement raw)
    {
        var open = false;
        WriteSystemText(writer, instructions, ref open);
        foreach (var message in messages)
        {
            if (message.Role != ChatRole.System)
            {
                continue;
            }

            foreach (var content in message.Contents)
            {
                WriteSystemText(writer, (content as TextContent)?.Text, ref open);
            }
        }

        if (open)
        {
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        else if (raw.TryGetEither("systemInstruction", "system_instruction", out var system))
        {
            writer.WritePropertyName("systemInstruction");
            system.WriteTo(writer);
        }
    }

    private static void WriteSystemText(Utf8JsonWriter writer, string? text, ref bool open)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        if (!open)
        {
            open = true;
            writer.WriteStartObject("systemInstruction");
            writer.WriteStartArray("parts");
        }

        writer.WriteStartObject();
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }
}
