using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses.Items;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses.Tools;

/// <summary>Reads tools and the choice among them. What MEAI's types cannot take exactly becomes an <see cref="OpenAIResponsesTool"/>.</summary>
internal static class ResponsesToolReader
{
    private static readonly JsonElement EmptySchema = JsonElement.Parse("{}"u8);

    public static AITool Read(JsonElement tool)
    {
        if (tool.ValueKind != JsonValueKind.Object || tool.GetStringOrNull("type") is not { } type)
        {
            throw OpenAIResponsesRequestReader.CreateBadRequest("A tool is not an object with a string member 'type'.");
        }

        return type switch
        {
            "function" when tool.GetStringOrNull("name") is { } name => ReadFunction(tool, name),
            "web_search" or "web_search_preview" => new HostedWebSearchTool(ReadProperties(tool, type == "web_search" ? "type" : string.Empty)),
            "file_search" => ReadFileSearch(tool),
            "code_interpreter" => ReadCodeInterpreter(tool),
            "image_generation" => new HostedImageGenerationTool(ReadProperties(tool, "type")),
            "mcp" when ResponsesItemReader.GetName(tool, "server_label") is { } label && (ResponsesItemReader.GetName(tool, "server_url") ?? ResponsesItemReader.GetName(tool, "connector_id")) is { } address
                => ReadMcp(tool, label, address),
            _ => new OpenAIResponsesTool(tool),
        };
    }

    /// <summary>Reads <c>tool_choice</c>; <see langword="null"/> when it is absent or says what MEAI cannot.</summary>
    public static ChatToolMode? ReadChoice(JsonElement body)
    {
        if (!body.TryGet("tool_choice", out var choice))
        {
            return null;
        }

        if (choice.ValueKind == JsonValueKind.String)
        {
            return choice.GetString() switch
            {
                "auto" => ChatToolMode.Auto,
                "none" => ChatToolMode.None,
                "required" => ChatToolMode.RequireAny,
                _ => null,
            };
        }

        return choice.GetStringOrNull("type") == "function" && ResponsesItemReader.GetName(choice, "name") is { } name ? ChatToolMode.RequireSpecific(name) : null;
    }

    private static ResponsesFunctionDeclaration ReadFunction(JsonElement tool, string name)
    {
        // Present and null means that the provider decides, which is what an absent member says on this wire.
        var properties = new Dictionary<string, object?>(StringComparer.Ordinal) { [ResponsesProperties.Strict] = tool.GetBooleanOrNull("strict") };
        var hasSchema = tool.TryGetObject("parameters", out var schema);
        if (ResponsesProperties.Except(tool, "type", "name", "description", "strict", "parameters") is { } extra)
        {
            properties[ResponsesProperties.Tool] = extra;
        }

        return new(name, tool.GetStringOrNull("description") ?? string.Empty, hasSchema ? schema : EmptySchema, properties);
    }

    private static AITool ReadFileSearch(JsonElement tool)
    {
        List<AIContent> stores = [];
        foreach (var id in ReadNames(tool, "vector_store_ids") ?? [])
        {
            if (string.IsNullOrWhiteSpace(id))
            {
                return new OpenAIResponsesTool(tool);
            }

            stores.Add(new HostedVectorStoreContent(id));
        }

        return new HostedFileSearchTool(ReadProperties(tool, "type", "vector_store_ids", "max_num_results"))
        {
            Inputs = stores,
            MaximumResultCount = tool.GetInt32OrNull("max_num_results"),
        };
    }

    private static AITool ReadCodeInterpreter(JsonElement tool)
    {
        if (!tool.TryGetObject("container", out var container) || container.GetStringOrNull("type") != "auto" || ResponsesProperties.Except(container, "type", "file_ids") is not null)
        {
            // A container of its own, or one with settings.
            return new HostedCodeInterpreterTool(ReadProperties(tool, "type"));
        }

        List<AIContent>? files = null;
        foreach (var id in ReadNames(container, "file_ids") ?? [])
        {
            if (string.IsNullOrWhiteSpace(id))
            {
                return new OpenAIResponsesTool(tool);
            }

            (files ??= []).Add(new HostedFileContent(id));
        }

        return new HostedCodeInterpreterTool(ReadProperties(tool, "type", "container")) { Inputs = files };
    }

    private static HostedMcpServerTool ReadMcp(JsonElement tool, string label, string address)
    {
        var approval = ReadApproval(tool);
        var allowed = ReadNames(tool, "allowed_tools");
        var headers = ReadHeaders(tool);
        return new(label, address, ReadProperties(
            tool,
            "type",
            "server_label",
            Uri.TryCreate(address, UriKind.Absolute, out _) ? "server_url" : "connector_id",
            "server_description",
            approval is null ? string.Empty : "require_approval",
            allowed is null ? string.Empty : "allowed_tools",
            headers is null ? string.Empty : "headers"))
        {
            ServerDescription = tool.GetStringOrNull("server_description"),
            AllowedTools = allowed,
            ApprovalMode = approval,
            Headers = headers,
        };
    }

    private static HostedMcpServerToolApprovalMode? ReadApproval(JsonElement tool)
    {
        if (!tool.TryGet("require_approval", out var approval))
        {
            return null;
        }

        if (approval.ValueKind == JsonValueKind.String)
        {
            return approval.GetString() switch
            {
                "always" => HostedMcpServerToolApprovalMode.AlwaysRequire,
                "never" => HostedMcpServerToolApprovalMode.NeverRequire,
                _ => null,
            };
        }

        // Filters by more than names stay among the tool's additional properties.
        return ReadFilter(approval, "always", out var always) && ReadFilter(approval, "never", out var never) && ResponsesProperties.Except(approval, "always", "never") is null
            ? HostedMcpServerToolApprovalMode.RequireSpecific(always, never)
            : null;
    }

    private static bool ReadFilter(JsonElement approval, string name, out IList<string>? tools)
    {
        tools = null;
        return !approval.TryGet(name, out var filter)
            || (filter.ValueKind == JsonValueKind.Object && ResponsesProperties.Except(filter, "tool_names") is null && (tools = ReadNames(filter, "tool_names")) is not null);
    }

    private static List<string>? ReadNames(JsonElement element, string member)
    {
        if (!element.TryGet(member, out var array) || array.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        List<string> names = [];
        foreach (var name in array.EnumerateArray())
        {
            if (name.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            names.Add(name.GetString()!);
        }

        return names;
    }

    private static Dictionary<string, string>? ReadHeaders(JsonElement tool)
    {
        if (!tool.TryGetObject("headers", out var headers))
        {
            return null;
        }

        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in headers.EnumerateObject())
        {
            if (header.Value.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            read[header.Name] = header.Value.GetString()!;
        }

        return read;
    }

    /// <summary>Reads a provider-run tool's members, except the named ones, as its additional properties, which is how the writer takes them.</summary>
    private static Dictionary<string, object?>? ReadProperties(JsonElement tool, params ReadOnlySpan<string> except)
    {
        if (ResponsesProperties.Except(tool, except) is not { } members)
        {
            return null;
        }

        var properties = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in members.EnumerateObject())
        {
            properties[member.Name] = member.Value;
        }

        return properties;
    }
}
