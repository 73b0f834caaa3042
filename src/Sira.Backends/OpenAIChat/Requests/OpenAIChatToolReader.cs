using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Reads a request's tools and how they may be chosen.</summary>
internal static class OpenAIChatToolReader
{
    // What a function without parameters takes.
    private static readonly JsonElement NoParameters = JsonElement.Parse("""{"type":"object","properties":{}}""");

    public static bool TryReadTools(ChatOptions options, JsonElement tools)
    {
        foreach (var tool in tools.EnumerateArray())
        {
            var type = tool.GetStringOrNull("type");
            if (type == "function" && tool.TryGetObject("function", out var function) && function.GetStringOrNull("name") is { } name)
            {
                var schema = function.TryGetObject("parameters", out var parameters) ? parameters : NoParameters;
                AddTool(options, new WireFunction(name, function.GetStringOrNull("description"), schema, function.GetBooleanOrNull("strict"), tool));
            }
            else
            {
                AddTool(options, new WireTool(type ?? "unknown", tool));
            }
        }

        return true;
    }

    public static bool TryReadChoice(ChatOptions options, JsonElement choice, OpenAIDialect dialect)
    {
        if (choice.ValueKind == JsonValueKind.String)
        {
            options.ToolMode = choice.GetString() switch
            {
                "auto" => ChatToolMode.Auto,
                "none" => ChatToolMode.None,
                "required" => ChatToolMode.RequireAny,
                var word when word == dialect.RequiredToolChoice => ChatToolMode.RequireAny,
                _ => null,
            };
            return options.ToolMode is not null;
        }

        if (choice.TryGetObject("function", out var function) && function.GetStringOrNull("name") is { } name)
        {
            options.ToolMode = ChatToolMode.RequireSpecific(name);
            return true;
        }

        return false;
    }

    public static void AddTool(ChatOptions options, AITool tool) => (options.Tools ??= []).Add(tool);

    public static Dictionary<string, object?> ToProperties(JsonElement settings) =>
        settings.EnumerateObject().ToDictionary(static member => member.Name, static member => (object?)member.Value, StringComparer.Ordinal);
}
