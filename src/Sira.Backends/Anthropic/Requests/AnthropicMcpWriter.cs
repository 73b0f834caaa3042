using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Errors;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Writes <c>mcp_servers</c>.</summary>
internal static class AnthropicMcpWriter
{
    private const string Bearer = "Bearer ";

    public static void Write(Utf8JsonWriter writer, IList<AITool> tools)
    {
        writer.WriteStartArray("mcp_servers");
        foreach (var tool in tools)
        {
            if (tool is HostedMcpServerTool server)
            {
                WriteServer(writer, server);
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteServer(Utf8JsonWriter writer, HostedMcpServerTool server)
    {
        // Calling without asking what was to be asked for would be worse than not calling.
        if (server.ApprovalMode is HostedMcpServerToolAlwaysRequireApprovalMode or HostedMcpServerToolRequireSpecificApprovalMode { AlwaysRequireApprovalToolNames.Count: > 0 })
        {
            throw new BackendException(BackendErrorKind.BadRequest, $"The Anthropic wire cannot ask for approval before it calls a tool of the MCP server '{server.ServerName}'. Set ApprovalMode to NeverRequire, or run the server's tools in the host.");
        }

        writer.WriteStartObject();
        writer.WriteString("type", "url");
        writer.WriteString("url", server.ServerAddress);
        writer.WriteString("name", server.ServerName);
        if (server.Headers is { Count: > 0 } headers)
        {
            foreach (var (name, value) in headers)
            {
                if (!name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || !value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
                {
                    throw new BackendException(BackendErrorKind.BadRequest, $"The Anthropic wire sends an MCP server no header but 'Authorization: Bearer', so not '{name}' to '{server.ServerName}'.");
                }

                writer.WriteString("authorization_token", value.AsSpan(Bearer.Length));
            }
        }

        if (server.AllowedTools is { } allowed)
        {
            writer.WriteStartObject("tool_configuration");
            writer.WriteBoolean("enabled", true);
            writer.WriteStartArray("allowed_tools");
            foreach (var name in allowed)
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
