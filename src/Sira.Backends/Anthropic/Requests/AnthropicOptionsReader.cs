using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Reads the options of a request.</summary>
internal static class AnthropicOptionsReader
{
    public static ChatOptions Read(JsonElement body, string model)
    {
        var options = new ChatOptions
        {
            ModelId = model,
            MaxOutputTokens = body.GetInt32OrNull("max_tokens"),
            Temperature = body.GetSingleOrNull("temperature"),
            TopP = body.GetSingleOrNull("top_p"),
            TopK = body.GetInt32OrNull("top_k"),
            Reasoning = ReadReasoning(body),
            ResponseFormat = ReadFormat(body),
        };
        foreach (var stop in body.EnumerateArrayOrEmpty("stop_sequences"))
        {
            (options.StopSequences ??= []).Add(stop.GetString()!);
        }

        AnthropicToolReader.Read(body, options, out var serversTaken);
        ReadChoice(body, options);
        if (CollectOthers(body, options.ResponseFormat is not null, serversTaken) is { } others)
        {
            options.RawRepresentationFactory = _ => others;
        }

        return options;
    }

    private static void ReadChoice(JsonElement body, ChatOptions options)
    {
        if (!body.TryGetObject("tool_choice", out var choice))
        {
            return;
        }

        options.ToolMode = choice.GetStringOrNull("type") switch
        {
            "auto" => ChatToolMode.Auto,
            "any" => ChatToolMode.RequireAny,
            "none" => ChatToolMode.None,
            "tool" when choice.GetStringOrNull("name") is { Length: > 0 } name => ChatToolMode.RequireSpecific(name),
            _ => throw new JsonException("tool_choice: must be of type auto, any, none, or tool with a name."),
        };
        options.AllowMultipleToolCalls = choice.GetBooleanOrNull("disable_parallel_tool_use") is { } disabled ? !disabled : null;
    }

    private static ChatResponseFormatJson? ReadFormat(JsonElement body)
    {
        // The second is what the first was called while it was a beta.
        var found = (body.TryGetObject("output_config", out var config) && config.TryGetObject("format", out var format)) || body.TryGetObject("output_format", out format);
        return found && format.ValueEquals("type", "json_schema") && format.TryGetObject("schema", out var schema) && !AnthropicBlocks.HasOtherMembers(format, ["schema"])
            ? ChatResponseFormat.ForJsonSchema(schema)
            : null;
    }

    /// <summary>Returns what comes closest to the request's thinking. The exact settings stay among the raw members, which replace this on the way back.</summary>
    private static ReasoningOptions? ReadReasoning(JsonElement body)
    {
        _ = body.TryGetObject("output_config", out var config);
        ReasoningEffort? effort = config.GetStringOrNull("effort") switch
        {
            "low" => ReasoningEffort.Low,
            "medium" => ReasoningEffort.Medium,
            "high" => ReasoningEffort.High,
            "xhigh" or "max" => ReasoningEffort.ExtraHigh,
            _ => null,
        };
        if (!body.TryGetObject("thinking", out var thinking))
        {
            return effort is null ? null : new ReasoningOptions { Effort = effort };
        }

        return new ReasoningOptions
        {
            Effort = thinking.GetStringOrNull("type") switch
            {
                "disabled" => ReasoningEffort.None,
                "enabled" => effort ?? EffortOf(thinking.GetInt64OrNull("budget_tokens")),
                _ => effort,
            },
            Output = thinking.GetStringOrNull("display") switch
            {
                "omitted" => ReasoningOutput.None,
                "summarized" => ReasoningOutput.Summary,
                _ => null,
            },
        };
    }

    private static ReasoningEffort? EffortOf(long? budget) => budget switch
    {
        null => null,
        <= 4_096 => ReasoningEffort.Low,
        <= 12_288 => ReasoningEffort.Medium,
        <= 24_576 => ReasoningEffort.High,
        _ => ReasoningEffort.ExtraHigh,
    };

    private static JsonElement? CollectOthers(JsonElement body, bool formatTaken, bool serversTaken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var any = false;
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in body.EnumerateObject())
            {
                if (IsOther(member, formatTaken, serversTaken))
                {
                    any |= WriteOther(writer, member, formatTaken);
                }
            }

            writer.WriteEndObject();
        }

        return any ? JsonElement.Parse(buffer.WrittenSpan) : null;
    }

    private static bool WriteOther(Utf8JsonWriter writer, JsonProperty member, bool formatTaken)
    {
        if (member.Name != "output_config" || !formatTaken || member.Value.ValueKind != JsonValueKind.Object)
        {
            member.WriteTo(writer);
            return true;
        }

        if (!AnthropicBlocks.HasOtherMembers(member.Value, ["format"]))
        {
            return false;
        }

        writer.WriteStartObject(member.Name);
        foreach (var setting in member.Value.EnumerateObject())
        {
            if (!setting.NameEquals("format"))
            {
                setting.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
        return true;
    }

    private static bool IsOther(JsonProperty member, bool formatTaken, bool serversTaken) => member.Name switch
    {
        "model" or "max_tokens" or "stream" or "system" or "messages" or "tools" or "tool_choice" or "stop_sequences" or "temperature" or "top_p" or "top_k" => false,
        "output_format" => !formatTaken,
        "mcp_servers" => !serversTaken,
        _ => true,
    };
}
