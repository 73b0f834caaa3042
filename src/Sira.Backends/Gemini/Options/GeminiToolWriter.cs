using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini.Options;

/// <summary>Writes <c>tools</c> (functions and the provider's own) and <c>toolConfig</c>.</summary>
internal static class GeminiToolWriter
{
    public static void Write(Utf8JsonWriter writer, ChatOptions? options, JsonElement raw)
    {
        var strict = WriteTools(writer, options?.Tools, raw);
        // A choice among nothing is refused; a cached content may have tools of its own.
        var hasTools = options?.Tools is { Count: > 0 } || raw.TryGet("tools", out _) || raw.TryGetEither("cachedContent", "cached_content", out _);
        WriteToolConfig(writer, hasTools ? options?.ToolMode : null, strict, raw);
    }

    private static bool WriteTools(Utf8JsonWriter writer, IList<AITool>? tools, JsonElement raw)
    {
        var rawTools = raw.TryGet("tools", out var found) ? found : default;
        var strict = false;
        if (tools is not { Count: > 0 } && rawTools.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
        {
            return false;
        }

        writer.WriteStartArray("tools");
        if (tools is not null)
        {
            strict = WriteFunctions(writer, tools);
            foreach (var tool in tools)
            {
                WriteHostedTool(writer, tool);
            }
        }

        if (rawTools.ValueKind == JsonValueKind.Object)
        {
            rawTools.WriteTo(writer);
        }
        else if (rawTools.ValueKind == JsonValueKind.Array)
        {
            foreach (var tool in rawTools.EnumerateArray())
            {
                tool.WriteTo(writer);
            }
        }

        writer.WriteEndArray();
        return strict;
    }

    private static bool WriteFunctions(Utf8JsonWriter writer, IList<AITool> tools)
    {
        var (open, strict) = (false, false);
        foreach (var tool in tools)
        {
            if (tool is not AIFunctionDeclaration function)
            {
                continue;
            }

            if (!open)
            {
                open = true;
                writer.WriteStartObject();
                writer.WriteStartArray("functionDeclarations");
            }

            WriteFunction(writer, function);
            strict |= function.AdditionalProperties.TryGetValue("strict", out var value) && value is true or JsonElement { ValueKind: JsonValueKind.True };
        }

        if (open)
        {
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return strict;
    }

    private static void WriteFunction(Utf8JsonWriter writer, AIFunctionDeclaration function)
    {
        writer.WriteStartObject();
        writer.WriteString("name", function.Name);
        if (!string.IsNullOrEmpty(function.Description))
        {
            writer.WriteString("description", function.Description);
        }

        // The older member "parameters" takes a subset of OpenAPI only; this one takes JSON Schema as it is, on every model of the API.
        if (function.JsonSchema.ValueKind == JsonValueKind.Object && HasMembers(function.JsonSchema))
        {
            writer.WritePropertyName("parametersJsonSchema");
            GeminiSchema.WriteJsonSchema(writer, function.JsonSchema);
        }

        if (function.ReturnJsonSchema is { ValueKind: JsonValueKind.Object } result)
        {
            writer.WritePropertyName("responseJsonSchema");
            GeminiSchema.WriteJsonSchema(writer, result);
        }

        writer.WriteEndObject();
    }

    private static bool HasMembers(JsonElement schema)
    {
        foreach (var _ in schema.EnumerateObject())
        {
            return true;
        }

        return false;
    }

    private static void WriteHostedTool(Utf8JsonWriter writer, AITool tool)
    {
        var name = tool switch
        {
            HostedWebSearchTool => "googleSearch",
            HostedCodeInterpreterTool => "codeExecution",
            HostedFileSearchTool => "fileSearch",
            _ => null,
        };
        if (name is null)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteStartObject(name);
        if (tool is HostedFileSearchTool search)
        {
            WriteFileSearch(writer, search);
        }

        // What else the tool takes on this wire, such as googleSearch's timeRangeFilter or fileSearch's metadataFilter.
        foreach (var (key, value) in tool.AdditionalProperties)
        {
            if (value is JsonElement element)
            {
                writer.WritePropertyName(key);
                element.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteFileSearch(Utf8JsonWriter writer, HostedFileSearchTool search)
    {
        if (search.Inputs is { Count: > 0 } inputs)
        {
            writer.WriteStartArray("fileSearchStoreNames");
            foreach (var input in inputs)
            {
                if (input is HostedVectorStoreContent store)
                {
                    writer.WriteStringValue(store.VectorStoreId);
                }
            }

            writer.WriteEndArray();
        }

        if (search.MaximumResultCount is { } maximum)
        {
            writer.WriteNumber("topK", maximum);
        }
    }

    private static void WriteToolConfig(Utf8JsonWriter writer, ChatToolMode? toolMode, bool strict, JsonElement raw)
    {
        raw.TryGetEitherObject("toolConfig", "tool_config", out var rawConfig);
        rawConfig.TryGetEitherObject("functionCallingConfig", "function_calling_config", out var rawCalling);
        var config = new GeminiObjectWriter(writer, "toolConfig", rawConfig);
        var calling = new GeminiObjectWriter(writer, "functionCallingConfig", rawCalling, config);
        var mode = toolMode switch
        {
            NoneChatToolMode => "NONE",
            RequiredChatToolMode => "ANY",
            // A schema that is to be kept to strictly is a mode of the whole request here.
            _ when strict => "VALIDATED",
            AutoChatToolMode => "AUTO",
            _ => null,
        };
        if (mode is not null)
        {
            calling.Member("mode").WriteStringValue(mode);
        }

        if (toolMode is RequiredChatToolMode { RequiredFunctionName: { } required })
        {
            calling.Member("allowedFunctionNames");
            writer.WriteStartArray();
            writer.WriteStringValue(required);
            writer.WriteEndArray();
        }

        calling.End();
        config.End();
    }
}
