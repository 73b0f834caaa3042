using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses.Items;
using Sira.Backends.OpenAIResponses.Tools;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses;

/// <summary>Writes the two objects that typed options and raw members share: <c>text</c> and <c>reasoning</c>.</summary>
internal static class ResponsesFormatWriter
{
    private const string DefaultSchemaName = "response";

    public static void Write(Utf8JsonWriter writer, ChatOptions? options, JsonElement raw)
    {
        WriteText(writer, options, raw);
        WriteReasoning(writer, options?.Reasoning, raw);
    }

    private static void WriteText(Utf8JsonWriter writer, ChatOptions? options, JsonElement raw)
    {
        var format = options?.ResponseFormat;
        var hasRaw = raw.TryGetObject("text", out var text);
        if (format is null && !hasRaw)
        {
            return;
        }

        writer.WriteStartObject("text"u8);
        if (format is not null)
        {
            writer.WriteStartObject("format"u8);
            WriteFormat(writer, format, options!);
            writer.WriteEndObject();
        }

        if (hasRaw)
        {
            ResponsesProperties.WriteMembers(writer, text, format is null ? [] : ["format"]);
        }

        writer.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter writer, ChatResponseFormat format, ChatOptions options)
    {
        if (format is not ChatResponseFormatJson json)
        {
            writer.WriteString("type"u8, "text"u8);
            return;
        }

        if (json.Schema is not { } schema)
        {
            writer.WriteString("type"u8, "json_object"u8);
            return;
        }

        writer.WriteString("type"u8, "json_schema"u8);
        writer.WriteString("name"u8, json.SchemaName ?? DefaultSchemaName);
        if (json.SchemaDescription is { } description)
        {
            writer.WriteString("description"u8, description);
        }

        writer.WritePropertyName("schema"u8);
        schema.WriteTo(writer);
        if (ReadStrict(options.AdditionalProperties) is { } strict)
        {
            writer.WriteBoolean("strict"u8, strict);
        }
    }

    private static bool? ReadStrict(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(ResponsesProperties.Strict, out var value) ? ResponsesToolWriter.ToBoolean(value) : null;

    private static void WriteReasoning(Utf8JsonWriter writer, ReasoningOptions? reasoning, JsonElement raw)
    {
        var effort = reasoning?.Effort is { } wanted ? ToWire(wanted) : null;
        var summary = reasoning?.Output switch
        {
            ReasoningOutput.Summary => "auto",
            ReasoningOutput.Full => "detailed",
            _ => null,
        };
        var hasRaw = raw.TryGetObject("reasoning", out var extra);
        if (effort is null && summary is null && !hasRaw)
        {
            return;
        }

        writer.WriteStartObject("reasoning"u8);
        if (effort is not null)
        {
            writer.WriteString("effort"u8, effort);
        }

        if (summary is not null)
        {
            writer.WriteString("summary"u8, summary);
        }

        if (hasRaw)
        {
            // Output = None is a wish too: no summary, whatever the raw members say.
            ResponsesProperties.WriteMembers(writer, extra, (effort is not null, reasoning?.Output is not null) switch
            {
                (true, true) => ["effort", "summary"],
                (true, false) => ["effort"],
                (false, true) => ["summary"],
                _ => [],
            });
        }

        writer.WriteEndObject();
    }

    private static string ToWire(ReasoningEffort effort) => effort switch
    {
        ReasoningEffort.None => "none",
        ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        ReasoningEffort.High => "high",
        _ => "xhigh",
    };
}
