using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Finds the betas that a request uses. What is generally available by now (web search, code execution, tool search, memory, structured output, effort) needs none.</summary>
/// <remarks>A caller adds its own with the additional property <c>anthropic-beta</c> of <see cref="ChatOptions"/>: a string, or several.</remarks>
internal static class AnthropicBetas
{
    private const string Files = "files-api-2025-04-14";
    private const string Mcp = "mcp-client-2025-04-04";
    private const string McpToolset = "mcp-client-2025-11-20";
    private const string SystemInPlace = "mid-conversation-system-2026-04-07";
    private const string ToolChanges = "mid-conversation-tool-changes-2026-07-01";
    private const string Compaction = "compact-2026-01-12";
    private const string ContextManagement = "context-management-2025-06-27";

    private static readonly FrozenDictionary<string, string> ToolTypes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["mcp_toolset"] = McpToolset,
        ["code_execution_20250522"] = "code-execution-2025-05-22",
        ["advisor_20260301"] = "advisor-tool-2026-03-01",
        ["computer_20241022"] = "computer-use-2024-10-22",
        ["computer_20250124"] = "computer-use-2025-01-24",
        ["computer_20251124"] = "computer-use-2025-11-24",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string? Find(in WireRequest request, AnthropicWireOptions wire)
    {
        List<string>? betas = null;
        FindInMessages(request.Messages, wire.Profile(request.ModelId), ref betas);
        if (request.Options is { } options)
        {
            FindInTools(options.Tools, ref betas);
            if (WireJson.TryGetObject(options.RawRepresentationFactory?.Invoke(request.Client!), out var raw))
            {
                FindInMembers(raw, ref betas);
            }

            if (options.AdditionalProperties is { } properties && properties.TryGetValue(AnthropicHeaders.Beta, out var own))
            {
                AddOwn(own, ref betas);
            }
        }

        // The toolset is the newer way to say what the servers' tools may do; a request speaks one version only.
        if (betas is not null && betas.Contains(McpToolset))
        {
            betas.Remove(Mcp);
        }

        return betas is null ? null : string.Join(',', betas);
    }

    private static void FindInMessages(IReadOnlyList<ChatMessage> messages, AnthropicModelProfile profile, ref List<string>? betas)
    {
        var begun = false;
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            var hoisted = AnthropicSystemWriter.IsHoisted(message, ref begun, profile);
            var changes = false;
            foreach (var content in message.Contents)
            {
                changes |= AnthropicBlocks.IsBlock(content, "tool_addition") || AnthropicBlocks.IsBlock(content, "tool_removal");
                FindInContent(content, ref betas);
            }

            if (message.Role == ChatRole.System && !hoisted)
            {
                Add(changes ? ToolChanges : SystemInPlace, ref betas);
            }
        }
    }

    private static void FindInContent(AIContent content, ref List<string>? betas)
    {
        switch (content)
        {
            case HostedFileContent:
                Add(Files, ref betas);
                break;
            case FunctionResultContent { Result: AIContent single }:
                FindInContent(single, ref betas);
                break;
            case FunctionResultContent { Result: IEnumerable<AIContent> several }:
                foreach (var part in several)
                {
                    FindInContent(part, ref betas);
                }

                break;
            default:
                if (AnthropicBlocks.IsBlock(content, "container_upload"))
                {
                    Add(Files, ref betas);
                }
                else if (AnthropicBlocks.IsBlock(content, "compaction"))
                {
                    Add(Compaction, ref betas);
                }

                break;
        }
    }

    private static void FindInTools(IList<AITool>? tools, ref List<string>? betas)
    {
        if (tools is null)
        {
            return;
        }

        foreach (var tool in tools)
        {
            if (tool is HostedMcpServerTool)
            {
                Add(Mcp, ref betas);
                continue;
            }

            if (tool is HostedCodeInterpreterTool { Inputs.Count: > 0 })
            {
                Add(Files, ref betas);
            }

            var type = tool is AnthropicTool raw ? raw.Definition.GetStringOrNull("type") : tool.AdditionalProperties.TryGetValue("type", out var value) ? value as string : null;
            if (type is not null && ToolTypes.TryGetValue(type, out var beta))
            {
                Add(beta, ref betas);
            }
        }
    }

    private static void FindInMembers(JsonElement raw, ref List<string>? betas)
    {
        if (raw.TryGet("mcp_servers", out _))
        {
            Add(Mcp, ref betas);
        }

        if (raw.TryGet("output_format", out _))
        {
            Add("structured-outputs-2025-11-13", ref betas);
        }

        if (raw.TryGetObject("output_config", out var output) && output.TryGet("task_budget", out _))
        {
            Add("task-budgets-2026-03-13", ref betas);
        }

        if (raw.TryGetObject("container", out var container) && container.TryGet("skills", out _))
        {
            Add("skills-2025-10-02", ref betas);
        }

        if (raw.ValueEquals("speed", "fast"))
        {
            Add("fast-mode-2026-02-01", ref betas);
        }

        if (raw.TryGetObject("context_management", out var management))
        {
            foreach (var edit in management.EnumerateArrayOrEmpty("edits"))
            {
                Add(edit.GetStringOrNull("type")?.StartsWith("compact_", StringComparison.Ordinal) is true ? Compaction : ContextManagement, ref betas);
            }
        }
    }

    private static void AddOwn(object? own, ref List<string>? betas)
    {
        switch (own)
        {
            case string several:
                foreach (var beta in several.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                {
                    Add(beta, ref betas);
                }

                break;
            case IEnumerable<string> list:
                foreach (var beta in list)
                {
                    Add(beta, ref betas);
                }

                break;
        }
    }

    private static void Add(string beta, ref List<string>? betas)
    {
        betas ??= [];
        if (!betas.Contains(beta))
        {
            betas.Add(beta);
        }
    }
}
