using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini.Options;

/// <summary>Reads <c>tools</c> and <c>toolConfig</c>; tools and modes that MEAI does not have become raw.</summary>
internal static class GeminiToolReader
{
    private static readonly JsonElement EmptySchema = JsonElement.Parse("{}"u8);

    public static void ReadTools(JsonElement tools, ChatOptions options, JsonObject raw)
    {
        var rest = new JsonArray();
        switch (tools.ValueKind)
        {
            case JsonValueKind.Object:
                ReadTool(tools, options, rest);
                break;
            case JsonValueKind.Array:
                foreach (var tool in tools.EnumerateArray())
                {
                    ReadTool(tool, options, rest);
                }

                break;
            case JsonValueKind.Null:
                return;
            default:
                throw new JsonException($"tools is a JSON {tools.ValueKind}, not an array.");
        }

        if (rest.Count > 0)
        {
            raw["tools"] = rest;
        }
    }

    public static void ReadToolConfig(JsonElement config, ChatOptions options, JsonObject raw)
    {
        if (config.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"toolConfig is a JSON {config.ValueKind}, not an object.");
        }

        var rest = new JsonObject();
        foreach (var member in config.EnumerateObject())
        {
            var name = GeminiJson.ToCamelCase(member.Name);
            if (name == "functionCallingConfig" && member.Value.ValueKind == JsonValueKind.Object)
            {
                ReadCalling(member.Value, options, rest);
            }
            else
            {
                rest[name] = GeminiRequestReader.ToNode(member.Value);
            }
        }

        if (rest.Count > 0)
        {
            raw["toolConfig"] = rest;
        }
    }

    private static void ReadTool(JsonElement tool, ChatOptions options, JsonArray rest)
    {
        if (tool.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"A tool is a JSON {tool.ValueKind}, not an object.");
        }

        foreach (var member in tool.EnumerateObject())
        {
            var name = GeminiJson.ToCamelCase(member.Name);
            if (name == "functionDeclarations" && member.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (var declaration in member.Value.EnumerateArray())
                {
                    (options.Tools ??= []).Add(ReadFunction(declaration));
                }
            }
            else if (ReadHosted(name, member.Value) is { } hosted)
            {
                (options.Tools ??= []).Add(hosted);
            }
            else
            {
                rest.Add((JsonNode)new JsonObject { [name] = GeminiRequestReader.ToNode(member.Value) });
            }
        }
    }

    private static AIFunctionDeclaration ReadFunction(JsonElement declaration)
    {
        var name = declaration.GetStringOrNull("name");
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new JsonException("A function declaration without a name.");
        }

        var parameters = declaration.TryGetEitherObject("parametersJsonSchema", "parameters_json_schema", out var schema) ? schema.Clone()
            : declaration.TryGetObject("parameters", out schema) ? GeminiSchema.FromOpenApi(schema)
            : EmptySchema;
        JsonElement? result = declaration.TryGetEitherObject("responseJsonSchema", "response_json_schema", out schema) ? schema.Clone()
            : declaration.TryGetObject("response", out schema) ? GeminiSchema.FromOpenApi(schema)
            : null;
        return AIFunctionFactory.CreateDeclaration(name, declaration.GetStringOrNull("description"), parameters, result);
    }

    private static AITool? ReadHosted(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        switch (name)
        {
            case "googleSearch":
                return new HostedWebSearchTool(ReadProperties(value));
            case "codeExecution":
                return new HostedCodeInterpreterTool(ReadProperties(value));
            case "fileSearch":
                var search = new HostedFileSearchTool(ReadProperties(value, "fileSearchStoreNames", "topK")) { MaximumResultCount = value.GetInt32OrNull("topK") ?? value.GetInt32OrNull("top_k") };
                if (value.TryGetEither("fileSearchStoreNames", "file_search_store_names", out var stores) && stores.ValueKind == JsonValueKind.Array)
                {
                    search.Inputs = [.. stores.EnumerateArray().Select(ReadStore)];
                }

                return search;
            default:
                return null;
        }
    }

    private static HostedVectorStoreContent ReadStore(JsonElement store) =>
        store.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(store.GetString()) ? new(store.GetString()!) : throw new JsonException("A file search store without a name.");

    private static Dictionary<string, object?> ReadProperties(JsonElement value, params ReadOnlySpan<string> typed)
    {
        var properties = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var name = GeminiJson.ToCamelCase(member.Name);
            if (!typed.Contains(name))
            {
                properties[name] = member.Value.Clone();
            }
        }

        return properties;
    }

    private static void ReadCalling(JsonElement calling, ChatOptions options, JsonObject rest)
    {
        var raw = new JsonObject();
        var names = new List<string>();
        foreach (var member in calling.EnumerateObject())
        {
            var name = GeminiJson.ToCamelCase(member.Name);
            if (name == "mode" && ReadMode(member.Value) is { } mode)
            {
                options.ToolMode = mode;
            }
            else
            {
                raw[name] = GeminiRequestReader.ToNode(member.Value);
                if (name == "allowedFunctionNames" && member.Value.ValueKind == JsonValueKind.Array)
                {
                    names.AddRange(member.Value.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!));
                }
            }
        }

        // One allowed name is what MEAI calls a required function; a choice of several stays raw.
        if (options.ToolMode == ChatToolMode.RequireAny && names is [var only] && !string.IsNullOrWhiteSpace(only))
        {
            options.ToolMode = ChatToolMode.RequireSpecific(only);
            raw.Remove("allowedFunctionNames");
        }

        if (raw.Count > 0)
        {
            rest["functionCallingConfig"] = raw;
        }
    }

    private static ChatToolMode? ReadMode(JsonElement mode) => mode.ValueKind != JsonValueKind.String ? null : mode.GetString()!.ToUpperInvariant() switch
    {
        "AUTO" => ChatToolMode.Auto,
        "ANY" => ChatToolMode.RequireAny,
        "NONE" => ChatToolMode.None,
        _ => null,
    };
}
