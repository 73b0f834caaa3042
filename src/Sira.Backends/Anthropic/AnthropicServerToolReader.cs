using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic;

/// <summary>Reads the blocks of tools that the provider runs. Each keeps its block, which is sent back as it was: results hold encrypted parts that only the provider reads.</summary>
internal static class AnthropicServerToolReader
{
    public static AIContent Read(JsonElement block)
    {
        var content = Map(block) ?? new AIContent();
        content.RawRepresentation = block;
        return content;
    }

    private static AIContent? Map(JsonElement block)
    {
        var type = block.GetStringOrNull("type");
        if (type is "server_tool_use" or "mcp_tool_use")
        {
            return block.GetStringOrNull("id") is { Length: > 0 } id ? MapCall(block, type, id) : null;
        }

        if (block.GetStringOrNull("tool_use_id") is not { Length: > 0 } callId)
        {
            return null;
        }

        return type switch
        {
            "web_search_tool_result" => new WebSearchToolResultContent(callId) { Outputs = ReadSearchResults(block) },
            "mcp_tool_result" => new McpServerToolResultContent(callId) { Outputs = ReadMcpOutputs(block) },
            "code_execution_tool_result" or "bash_code_execution_tool_result" or "text_editor_code_execution_tool_result" =>
                new CodeInterpreterToolResultContent(callId) { Outputs = ReadExecution(block) },
            _ => null,
        };
    }

    private static AIContent? MapCall(JsonElement block, string type, string id)
    {
        var name = block.GetStringOrNull("name") ?? string.Empty;
        _ = block.TryGetObject("input", out var input);
        if (type == "mcp_tool_use")
        {
            return new McpServerToolCallContent(id, name, block.GetStringOrNull("server_name"))
            {
                Arguments = WireJson.CreateCall(id, name, input.ValueKind == JsonValueKind.Object ? input.GetRawText() : null).Arguments,
            };
        }

        return name switch
        {
            "web_search" => new WebSearchToolCallContent(id) { Queries = input.GetStringOrNull("query") is { } query ? [query] : [] },
            "code_execution" => CreateInterpreterCall(id, input.GetStringOrNull("code"), "text/x-python"),
            "bash_code_execution" => CreateInterpreterCall(id, input.GetStringOrNull("command"), "text/x-shellscript"),
            "text_editor_code_execution" => CreateInterpreterCall(id, input.ValueKind == JsonValueKind.Object ? input.GetRawText() : null, "application/json"),
            _ => null,
        };
    }

    private static CodeInterpreterToolCallContent CreateInterpreterCall(string id, string? code, string mediaType) =>
        new(id) { Inputs = code is null ? [] : [new DataContent(Encoding.UTF8.GetBytes(code), mediaType)] };

    private static List<AIContent> ReadSearchResults(JsonElement block)
    {
        var outputs = new List<AIContent>();
        foreach (var result in block.EnumerateArrayOrEmpty("content"))
        {
            if (Uri.TryCreate(result.GetStringOrNull("url"), UriKind.Absolute, out var url))
            {
                outputs.Add(new UriContent(url, "text/html") { AdditionalProperties = Properties(result, "title", "page_age") });
            }
        }

        AddError(block, outputs);
        return outputs;
    }

    private static List<AIContent> ReadMcpOutputs(JsonElement block)
    {
        var failed = block.GetBooleanOrNull("is_error") is true;
        var outputs = new List<AIContent>();
        if (block.GetStringOrNull("content") is { } whole)
        {
            outputs.Add(failed ? new ErrorContent(whole) : new TextContent(whole));
        }

        foreach (var part in block.EnumerateArrayOrEmpty("content"))
        {
            if (part.GetStringOrNull("text") is { } text)
            {
                outputs.Add(failed ? new ErrorContent(text) : new TextContent(text));
            }
        }

        return outputs;
    }

    private static List<AIContent> ReadExecution(JsonElement block)
    {
        var outputs = new List<AIContent>();
        if (!block.TryGetObject("content", out var result))
        {
            return outputs;
        }

        if (result.GetStringOrNull("stdout") is { Length: > 0 } output)
        {
            outputs.Add(new TextContent(output));
        }

        if (result.ValueEquals("type", "text_editor_code_execution_view_result") && result.GetStringOrNull("content") is { } view)
        {
            outputs.Add(new TextContent(view));
        }

        if (result.GetStringOrNull("stderr") is { Length: > 0 } error)
        {
            outputs.Add(new ErrorContent(error) { ErrorCode = result.GetInt64OrNull("return_code")?.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        }

        foreach (var file in result.EnumerateArrayOrEmpty("content"))
        {
            if (file.GetStringOrNull("file_id") is { Length: > 0 } id)
            {
                outputs.Add(new HostedFileContent(id));
            }
        }

        AddError(block, outputs);
        return outputs;
    }

    private static void AddError(JsonElement block, List<AIContent> outputs)
    {
        if (block.TryGetObject("content", out var content) && content.GetStringOrNull("error_code") is { } code)
        {
            outputs.Add(new ErrorContent(content.GetStringOrNull("error_message") ?? $"The tool failed: {code}.") { ErrorCode = code });
        }
    }

    private static AdditionalPropertiesDictionary? Properties(JsonElement element, params ReadOnlySpan<string> names)
    {
        AdditionalPropertiesDictionary? properties = null;
        foreach (var name in names)
        {
            if (element.GetStringOrNull(name) is { } value)
            {
                (properties ??= [])[name] = value;
            }
        }

        return properties;
    }
}
