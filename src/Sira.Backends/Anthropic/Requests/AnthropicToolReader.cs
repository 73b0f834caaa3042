using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Reads the tools of a request.</summary>
internal static class AnthropicToolReader
{
    private static readonly string[] FunctionMembers = ["name", "description", "input_schema"];
    private static readonly string[] ServerMembers = ["url", "name", "authorization_token", "tool_configuration"];

    /// <summary>Reads tools and MCP servers.</summary>
    /// <param name="body">The request.</param>
    /// <param name="options">Where the tools go.</param>
    /// <param name="serversTaken">Whether the MCP servers could be expressed as tools.</param>
    public static void Read(JsonElement body, ChatOptions options, out bool serversTaken)
    {
        foreach (var definition in body.EnumerateArrayOrEmpty("tools"))
        {
            if (definition.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("tools: must hold objects.");
            }

            (options.Tools ??= []).Add(ReadTool(definition));
        }

        serversTaken = false;
        if (!body.TryGet("mcp_servers", out var servers) || servers.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var server in servers.EnumerateArray())
        {
            if (!IsExpressible(server))
            {
                return;
            }
        }

        foreach (var server in servers.EnumerateArray())
        {
            serversTaken = true;
            (options.Tools ??= []).Add(ReadServer(server));
        }
    }

    private static AITool ReadTool(JsonElement definition)
    {
        var type = definition.GetStringOrNull("type");
        if (type is null or "custom" && definition.GetStringOrNull("name") is { Length: > 0 } name && definition.TryGetObject("input_schema", out var schema))
        {
            return AnthropicToolProperties.Take(definition, AnthropicToolProperties.Function, FunctionMembers) is { } properties
                ? new AnthropicFunctionDeclaration(name, definition.GetStringOrNull("description") ?? string.Empty, schema, properties)
                : new AnthropicTool(definition);
        }

        if (type?.StartsWith("web_search_", StringComparison.Ordinal) is true && definition.ValueEquals("name", "web_search"))
        {
            return AnthropicToolProperties.Take(definition, AnthropicToolProperties.WebSearch, ["name"]) is { } properties ? new HostedWebSearchTool(properties) : new AnthropicTool(definition);
        }

        if (type?.StartsWith("code_execution_", StringComparison.Ordinal) is true && definition.ValueEquals("name", "code_execution"))
        {
            return AnthropicToolProperties.Take(definition, AnthropicToolProperties.CodeExecution, ["name"]) is { } properties ? new HostedCodeInterpreterTool(properties) : new AnthropicTool(definition);
        }

        return new AnthropicTool(definition);
    }

    private static bool IsExpressible(JsonElement server) =>
        server.ValueEquals("type", "url")
        && server.GetStringOrNull("name") is { Length: > 0 }
        && server.GetStringOrNull("url") is { Length: > 0 }
        && !AnthropicBlocks.HasOtherMembers(server, ServerMembers)
        && (!server.TryGet("tool_configuration", out var configuration)
            || (configuration.ValueKind == JsonValueKind.Object
                && configuration.GetBooleanOrNull("enabled") is not false
                && configuration.TryGet("allowed_tools", out var allowed)
                && allowed.ValueKind == JsonValueKind.Array
                && !AnthropicBlocks.HasOtherMembers(configuration, ["enabled", "allowed_tools"])));

    private static HostedMcpServerTool ReadServer(JsonElement server)
    {
        var tool = new HostedMcpServerTool(server.GetStringOrNull("name")!, server.GetStringOrNull("url")!) { ApprovalMode = HostedMcpServerToolApprovalMode.NeverRequire };
        if (server.GetStringOrNull("authorization_token") is { } token)
        {
            tool.Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Authorization"] = "Bearer " + token };
        }

        if (server.TryGetObject("tool_configuration", out var configuration))
        {
            tool.AllowedTools = [];
            foreach (var name in configuration.EnumerateArrayOrEmpty("allowed_tools"))
            {
                tool.AllowedTools.Add(name.GetString()!);
            }
        }

        return tool;
    }
}
