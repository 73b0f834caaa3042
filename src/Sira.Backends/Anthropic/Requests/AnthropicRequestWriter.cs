using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Writes the body of a request.</summary>
internal static class AnthropicRequestWriter
{
    public static void Write(Utf8JsonWriter writer, in WireRequest request, AnthropicWireOptions wire)
    {
        var options = request.Options;
        var raw = options?.RawRepresentationFactory?.Invoke(request.Client!);
        _ = WireJson.TryGetObject(raw, out var extra);
        var written = raw is null ? null : new HashSet<string>(StringComparer.Ordinal) { "model", "max_tokens", "stream", "system", "messages", "output_config" };
        var profile = wire.Profile(request.ModelId);
        var caches = AnthropicCacheBreakpoints.AreWanted(request, extra);
        var thinking = AnthropicThinking.Plan(request.Messages, options, extra, profile, wire, wire.MaxOutputTokens(request.ModelId));

        writer.WriteStartObject();
        writer.WriteString("model", request.ModelId);
        writer.WriteNumber("max_tokens", thinking.MaxTokens);
        if (request.Streaming)
        {
            writer.WriteBoolean("stream", true);
        }

        AnthropicSystemWriter.Write(writer, request.Messages, options, profile, caches);
        AnthropicMessageWriter.Write(writer, request.Messages, options, profile, caches);
        if (options is not null)
        {
            AnthropicToolWriter.Write(writer, options, extra, wire, written, caches);
            WriteSampling(writer, options, thinking.Thinks, written);
        }

        if (thinking.WriteThinking(writer))
        {
            written?.Add("thinking");
        }

        WriteOutputConfig(writer, options, thinking, extra);
        if (written is not null)
        {
            WireJson.WriteExtraMembers(writer, raw, written);
        }

        writer.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter writer, ChatOptions options, bool thinks, HashSet<string>? written)
    {
        if (options.StopSequences is { Count: > 0 } stops)
        {
            writer.WriteStartArray("stop_sequences");
            foreach (var stop in stops)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
            written?.Add("stop_sequences");
        }

        // A model that thinks takes no sampling settings but these; the provider refuses the request otherwise.
        if (options.Temperature is { } temperature && (!thinks || temperature == 1))
        {
            writer.WriteNumber("temperature", temperature);
            written?.Add("temperature");
        }

        if (options.TopP is { } topP && (!thinks || topP is >= 0.95f and <= 1))
        {
            writer.WriteNumber("top_p", topP);
            written?.Add("top_p");
        }

        if (options.TopK is { } topK && !thinks)
        {
            writer.WriteNumber("top_k", topK);
            written?.Add("top_k");
        }
    }

    /// <summary>Writes the one member that typed options and raw members share: the format and the effort are typed, a task budget is not.</summary>
    private static void WriteOutputConfig(Utf8JsonWriter writer, ChatOptions? options, in AnthropicThinking thinking, JsonElement extra)
    {
        var format = options?.ResponseFormat as ChatResponseFormatJson is { Schema: not null } json ? json : null;
        var hasRaw = extra.TryGetObject("output_config", out var raw);
        if (format is null && thinking.Effort is null && !hasRaw)
        {
            return;
        }

        writer.WriteStartObject("output_config");
        if (format is not null)
        {
            writer.WriteStartObject("format");
            writer.WriteString("type", "json_schema");
            writer.WritePropertyName("schema");
            AnthropicSchemas.ForOutput(format).WriteTo(writer);
            writer.WriteEndObject();
        }

        if (thinking.Effort is not null)
        {
            writer.WriteString("effort", thinking.Effort);
        }

        if (hasRaw)
        {
            foreach (var member in raw.EnumerateObject())
            {
                if (!(member.NameEquals("format") && format is not null) && !(member.NameEquals("effort") && thinking.Effort is not null))
                {
                    member.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
    }
}
