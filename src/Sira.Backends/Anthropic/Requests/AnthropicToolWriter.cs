using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Writes <c>tools</c>, <c>tool_choice</c> and <c>mcp_servers</c>.</summary>
internal static class AnthropicToolWriter
{
    public static void Write(Utf8JsonWriter writer, ChatOptions options, JsonElement extra, AnthropicWireOptions wire, HashSet<string>? written, bool caches)
    {
        var any = extra.TryGet("tools", out _) || extra.TryGet("mcp_servers", out _);
        if (options.Tools is { Count: > 0 } tools)
        {
            any = true;
            var search = AnthropicToolSearch.Find(tools);
            var breakpoint = caches ? AnthropicCacheBreakpoints.FindTool(tools, search) : -1;
            var servers = 0;
            var open = false;
            for (var i = 0; i < tools.Count; i++)
            {
                var tool = tools[i];
                if (tool is HostedMcpServerTool)
                {
                    servers++;
                    continue;
                }

                if (!open)
                {
                    writer.WriteStartArray("tools");
                    open = true;
                }

                WriteTool(writer, tool, search, wire, i == breakpoint);
            }

            if (open)
            {
                writer.WriteEndArray();
                written?.Add("tools");
            }

            if (servers > 0)
            {
                AnthropicMcpWriter.Write(writer, tools);
                written?.Add("mcp_servers");
            }
        }

        // A choice without anything to choose from is refused.
        if (any && WriteChoice(writer, options))
        {
            written?.Add("tool_choice");
        }
    }

    private static bool WriteChoice(Utf8JsonWriter writer, ChatOptions options)
    {
        var (type, name) = options.ToolMode switch
        {
            RequiredChatToolMode { RequiredFunctionName: { } function } => ("tool", function),
            RequiredChatToolMode => ("any", null),
            NoneChatToolMode => ("none", null),
            AutoChatToolMode => ("auto", null),
            _ => (options.AllowMultipleToolCalls is null ? null : "auto", (string?)null),
        };
        if (type is null)
        {
            return false;
        }

        writer.WriteStartObject("tool_choice");
        writer.WriteString("type", type);
        if (name is not null)
        {
            writer.WriteString("name", name);
        }

        if (options.AllowMultipleToolCalls is { } parallel && type != "none")
        {
            writer.WriteBoolean("disable_parallel_tool_use", !parallel);
        }

        writer.WriteEndObject();
        return true;
    }

    private static void WriteTool(Utf8JsonWriter writer, AITool tool, AnthropicToolSearch search, AnthropicWireOptions wire, bool breakpoint)
    {
        switch (tool)
        {
            case AnthropicTool raw:
                WriteRaw(writer, raw, breakpoint);
                break;
            case AIFunctionDeclaration function:
                WriteFunction(writer, function, search, breakpoint);
                break;
            case HostedWebSearchTool:
                WriteHosted(writer, tool, wire.WebSearchType, "web_search", AnthropicToolProperties.WebSearch, breakpoint);
                break;
            case HostedCodeInterpreterTool:
                WriteHosted(writer, tool, wire.CodeExecutionType, "code_execution", AnthropicToolProperties.CodeExecution, breakpoint);
                break;
            case var _ when search.IsSearch(tool):
                var type = TypeOf(tool) ?? wire.ToolSearchType;
                WriteHosted(writer, tool, type, type.Contains("regex", StringComparison.Ordinal) ? "tool_search_tool_regex" : "tool_search_tool_bm25", AnthropicToolProperties.ToolSearch, breakpoint);
                break;
            default:
                throw new BackendException(BackendErrorKind.BadRequest, $"The tool '{tool.Name}' of type {tool.GetType().Name} cannot be expressed on the Anthropic wire. Use an AnthropicTool with the provider's definition, or a target that has the tool.");
        }
    }

    private static void WriteRaw(Utf8JsonWriter writer, AnthropicTool tool, bool breakpoint)
    {
        writer.WriteStartObject();
        foreach (var member in tool.Definition.EnumerateObject())
        {
            member.WriteTo(writer);
        }

        WriteEnd(writer, breakpoint);
    }

    private static void WriteEnd(Utf8JsonWriter writer, bool breakpoint)
    {
        if (breakpoint)
        {
            AnthropicCacheBreakpoints.Write(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteFunction(Utf8JsonWriter writer, AIFunctionDeclaration function, AnthropicToolSearch search, bool breakpoint)
    {
        writer.WriteStartObject();
        writer.WriteString("name", function.Name);
        if (!string.IsNullOrEmpty(function.Description))
        {
            writer.WriteString("description", function.Description);
        }

        var properties = function.AdditionalProperties;
        var strict = properties.TryGetValue(AnthropicToolProperties.Strict, out var value) && value is true;
        writer.WritePropertyName("input_schema");
        WriteSchema(writer, strict ? AnthropicSchemas.ForStrictFunction(function) : function.JsonSchema);
        WriteProperties(writer, properties, AnthropicToolProperties.Function);
        if (search.Defers(function.Name) && !properties.ContainsKey(AnthropicToolProperties.DeferLoading))
        {
            writer.WriteBoolean(AnthropicToolProperties.DeferLoading, true);
        }

        WriteEnd(writer, breakpoint);
    }

    private static void WriteSchema(Utf8JsonWriter writer, JsonElement schema)
    {
        if (schema.TryGet("type", out _))
        {
            schema.WriteTo(writer);
            return;
        }

        // The provider demands the type, which schemas of functions without parameters may lack.
        writer.WriteStartObject();
        writer.WriteString("type", "object");
        if (schema.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in schema.EnumerateObject())
            {
                if (!member.NameEquals("type"))
                {
                    member.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteHosted(Utf8JsonWriter writer, AITool tool, string type, string name, string[] properties, bool breakpoint)
    {
        writer.WriteStartObject();
        writer.WriteString("type", TypeOf(tool) ?? type);
        writer.WriteString("name", name);
        WriteProperties(writer, tool.AdditionalProperties, properties);
        WriteEnd(writer, breakpoint);
    }

    private static void WriteProperties(Utf8JsonWriter writer, IReadOnlyDictionary<string, object?> properties, string[] names)
    {
        if (properties.Count == 0)
        {
            return;
        }

        foreach (var name in names)
        {
            if (properties.TryGetValue(name, out var value))
            {
                writer.WritePropertyName(name);
                JsonValueWriter.Write(writer, value);
            }
        }
    }

    private static string? TypeOf(AITool tool) => tool.AdditionalProperties.TryGetValue(AnthropicToolProperties.Type, out var type) ? type as string : null;
}
