using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses.Items;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIResponses.Tools;

/// <summary>Writes tools and the choice among them.</summary>
/// <remarks>
/// Functions are written with <c>strict: false</c> unless <c>AdditionalProperties["strict"]</c> says otherwise, because this protocol would otherwise make every schema strict and every optional parameter required; a null there leaves it to the provider.
/// The additional properties of the provider-run tools are written as their members, under the protocol's names; <c>type</c> among them chooses another version of the tool.
/// </remarks>
internal static class ResponsesToolWriter
{
    public static void WriteTools(Utf8JsonWriter writer, IList<AITool> tools)
    {
        writer.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            if (tool is OpenAIResponsesTool raw)
            {
                raw.Definition.WriteTo(writer);
                continue;
            }

            writer.WriteStartObject();
            if (tool is AIFunctionDeclaration function)
            {
                WriteFunction(writer, function);
            }
            else
            {
                ResponsesHostedToolWriter.WriteMembers(writer, tool);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteChoice(Utf8JsonWriter writer, ChatOptions options)
    {
        switch (options.ToolMode)
        {
            case AutoChatToolMode:
                writer.WriteString("tool_choice"u8, "auto"u8);
                break;
            case NoneChatToolMode:
                writer.WriteString("tool_choice"u8, "none"u8);
                break;
            case RequiredChatToolMode { RequiredFunctionName: null }:
                writer.WriteString("tool_choice"u8, "required"u8);
                break;
            case RequiredChatToolMode { RequiredFunctionName: { } name }:
                writer.WriteStartObject("tool_choice"u8);
                WriteSpecificChoice(writer, name, options.Tools);
                writer.WriteEndObject();
                break;
        }
    }

    /// <summary>Reads a flag of additional properties, whether fresh or read back from storage.</summary>
    public static bool? ToBoolean(object? value) => value switch
    {
        bool flag => flag,
        JsonElement { ValueKind: JsonValueKind.True } => true,
        JsonElement { ValueKind: JsonValueKind.False } => false,
        JsonValue node when node.TryGetValue(out bool flag) => flag,
        _ => null,
    };

    private static void WriteSpecificChoice(Utf8JsonWriter writer, string name, IList<AITool>? tools)
    {
        foreach (var tool in tools ?? [])
        {
            if (tool is HostedMcpServerTool mcp && mcp.ServerName == name)
            {
                writer.WriteString("type"u8, "mcp"u8);
                writer.WriteString("server_label"u8, name);
                return;
            }

            // A provider-run tool is chosen by its type, a function that happens to have the same name by that.
            if (tool is not AIFunctionDeclaration and not OpenAIResponsesTool && ResponsesHostedToolWriter.GetWireType(tool) == name)
            {
                writer.WriteString("type"u8, name);
                return;
            }
        }

        writer.WriteString("type"u8, "function"u8);
        writer.WriteString("name"u8, name);
    }

    private static void WriteFunction(Utf8JsonWriter writer, AIFunctionDeclaration function)
    {
        writer.WriteString("type"u8, "function"u8);
        writer.WriteString("name"u8, function.Name);
        if (!string.IsNullOrEmpty(function.Description))
        {
            writer.WriteString("description"u8, function.Description);
        }

        writer.WritePropertyName("parameters"u8);
        function.JsonSchema.WriteTo(writer);
        if (!function.AdditionalProperties.TryGetValue(ResponsesProperties.Strict, out var strict))
        {
            writer.WriteBoolean("strict"u8, false);
        }
        else if (strict is not null)
        {
            writer.WriteBoolean("strict"u8, ToBoolean(strict) ?? throw new BackendException(BackendErrorKind.BadRequest, $"The additional property 'strict' of the function '{function.Name}' is not a boolean."));
        }

        if (function.AdditionalProperties.TryGetValue(ResponsesProperties.Tool, out var extra) && WireJson.TryGetObject(extra, out var members))
        {
            ResponsesProperties.WriteMembers(writer, members);
        }
    }
}
