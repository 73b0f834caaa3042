using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIResponses.Tools;

/// <summary>Writes the tools that the provider runs itself.</summary>
internal static class ResponsesHostedToolWriter
{
    /// <summary>Returns the wire's name of a tool's type, or <see langword="null"/> for a tool that the wire does not have.</summary>
    public static string? GetWireType(AITool tool) =>
        tool.AdditionalProperties.TryGetValue("type", out var type) && AsText(type) is { } named ? named : tool switch
        {
            HostedWebSearchTool => "web_search",
            HostedFileSearchTool => "file_search",
            HostedCodeInterpreterTool => "code_interpreter",
            HostedMcpServerTool => "mcp",
            HostedImageGenerationTool => "image_generation",
            _ => null,
        };

    public static void WriteMembers(Utf8JsonWriter writer, AITool tool)
    {
        var properties = tool.AdditionalProperties;
        switch (tool)
        {
            case HostedWebSearchTool:
                WriteType(writer, tool);
                break;
            case HostedFileSearchTool search:
                WriteType(writer, tool);
                WriteFileSearch(writer, search);
                break;
            case HostedCodeInterpreterTool interpreter:
                WriteType(writer, tool);
                if (!properties.ContainsKey("container"))
                {
                    WriteContainer(writer, interpreter);
                }

                break;
            case HostedMcpServerTool mcp:
                WriteType(writer, tool);
                WriteMcp(writer, mcp);
                break;
            case HostedImageGenerationTool image:
                WriteType(writer, tool);
                WriteImageGeneration(writer, image);
                break;
            default:
                throw new BackendException(BackendErrorKind.BadRequest, $"The Responses protocol has no tool for '{tool.GetType().Name}' ('{tool.Name}'). Use a function, a hosted tool or an {nameof(OpenAIResponsesTool)}.");
        }

        foreach (var (name, value) in properties)
        {
            if (name != "type")
            {
                writer.WritePropertyName(name);
                JsonValueWriter.Write(writer, value);
            }
        }
    }

    private static void WriteType(Utf8JsonWriter writer, AITool tool) => writer.WriteString("type"u8, GetWireType(tool));

    private static void WriteFileSearch(Utf8JsonWriter writer, HostedFileSearchTool search)
    {
        writer.WriteStartArray("vector_store_ids"u8);
        foreach (var input in search.Inputs ?? [])
        {
            if (input is HostedVectorStoreContent store)
            {
                writer.WriteStringValue(store.VectorStoreId);
            }
        }

        writer.WriteEndArray();
        if (search.MaximumResultCount is { } count)
        {
            writer.WriteNumber("max_num_results"u8, count);
        }
    }

    private static void WriteContainer(Utf8JsonWriter writer, HostedCodeInterpreterTool interpreter)
    {
        writer.WriteStartObject("container"u8);
        writer.WriteString("type"u8, "auto"u8);
        if (interpreter.Inputs is { Count: > 0 } inputs)
        {
            writer.WriteStartArray("file_ids"u8);
            foreach (var input in inputs)
            {
                if (input is HostedFileContent file)
                {
                    writer.WriteStringValue(file.FileId);
                }
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteMcp(Utf8JsonWriter writer, HostedMcpServerTool mcp)
    {
        writer.WriteString("server_label"u8, mcp.ServerName);

        // MEAI has one member for both: the address of a server, or the name of one of the provider's connectors.
        writer.WriteString(Uri.TryCreate(mcp.ServerAddress, UriKind.Absolute, out _) ? "server_url"u8 : "connector_id"u8, mcp.ServerAddress);
        if (mcp.ServerDescription is { } description)
        {
            writer.WriteString("server_description"u8, description);
        }

        if (mcp.AllowedTools is { } allowed)
        {
            WriteNames(writer, "allowed_tools"u8, allowed);
        }

        if (mcp.Headers is { Count: > 0 } headers)
        {
            writer.WriteStartObject("headers"u8);
            foreach (var (name, value) in headers)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        switch (mcp.ApprovalMode)
        {
            case HostedMcpServerToolAlwaysRequireApprovalMode:
                writer.WriteString("require_approval"u8, "always"u8);
                break;
            case HostedMcpServerToolNeverRequireApprovalMode:
                writer.WriteString("require_approval"u8, "never"u8);
                break;
            case HostedMcpServerToolRequireSpecificApprovalMode specific:
                writer.WriteStartObject("require_approval"u8);
                WriteApproval(writer, "always"u8, specific.AlwaysRequireApprovalToolNames);
                WriteApproval(writer, "never"u8, specific.NeverRequireApprovalToolNames);
                writer.WriteEndObject();
                break;
        }
    }

    private static void WriteApproval(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IList<string>? tools)
    {
        if (tools is not null)
        {
            writer.WriteStartObject(name);
            WriteNames(writer, "tool_names"u8, tools);
            writer.WriteEndObject();
        }
    }

    private static void WriteNames(Utf8JsonWriter writer, ReadOnlySpan<byte> member, IList<string> names)
    {
        writer.WriteStartArray(member);
        foreach (var name in names)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }

    private static void WriteImageGeneration(Utf8JsonWriter writer, HostedImageGenerationTool image)
    {
        var options = image.Options;
        if (options?.ModelId is { } model)
        {
            writer.WriteString("model"u8, model);
        }

        if (options?.ImageSize is { } size)
        {
            writer.WriteString("size"u8, $"{size.Width}x{size.Height}");
        }

        if (options?.MediaType is { } mediaType)
        {
            writer.WriteString("output_format"u8, mediaType.AsSpan(mediaType.IndexOf('/') + 1));
        }

        if (options?.StreamingCount is { } partial)
        {
            writer.WriteNumber("partial_images"u8, partial);
        }
    }

    private static string? AsText(object? value) => value switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } element => element.GetString(),
        _ => null,
    };
}
