using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Writes tools and how they may be chosen.</summary>
internal sealed class OpenAIChatToolWriter(OpenAIDialect dialect)
{
    private static readonly HashSet<string> KnownMembers = ["type", "function"];

    public void Write(in BodyWriter body, ChatOptions options)
    {
        var functions = WriteFunctions(body, options);
        WriteWebSearch(body, options);
        if (!functions)
        {
            // Providers refuse a choice among no tools.
            return;
        }

        switch (options.ToolMode)
        {
            case AutoChatToolMode:
                body.String("tool_choice", "auto");
                break;
            case NoneChatToolMode:
                body.String("tool_choice", "none");
                break;
            case RequiredChatToolMode { RequiredFunctionName: { } name }:
                var json = body.Name("tool_choice");
                json.WriteStartObject();
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", name);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case RequiredChatToolMode:
                body.String("tool_choice", dialect.RequiredToolChoice);
                break;
        }

        body.Boolean("parallel_tool_calls", options.AllowMultipleToolCalls);
    }

    private static bool WriteFunctions(in BodyWriter body, ChatOptions options)
    {
        if (options.Tools is not { Count: > 0 } tools)
        {
            return false;
        }

        var any = false;
        foreach (var tool in tools)
        {
            var function = tool.GetService<AIFunctionDeclaration>();
            if (function is null && tool is not WireTool)
            {
                continue;
            }

            if (!any)
            {
                body.Name("tools").WriteStartArray();
                any = true;
            }

            if (function is not null)
            {
                WriteFunction(body, function);
            }
            else
            {
                ((WireTool)tool).Element.WriteTo(body.Json);
            }
        }

        if (any)
        {
            body.Json.WriteEndArray();
        }

        return any;
    }

    private static void WriteFunction(in BodyWriter body, AIFunctionDeclaration function)
    {
        var json = body.Json;
        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", function.Name);
        if (!string.IsNullOrEmpty(function.Description))
        {
            json.WriteString("description", function.Description);
        }

        if (function.JsonSchema.ValueKind == System.Text.Json.JsonValueKind.Object)
        {
            json.WritePropertyName("parameters");
            function.JsonSchema.WriteTo(json);
        }

        if (function.AdditionalProperties.TryGetValue("strict", out var strict) && strict is bool value)
        {
            json.WriteBoolean("strict", value);
        }

        json.WriteEndObject();
        if (function is WireFunction { Tool: var tool })
        {
            WireJson.WriteExtraMembers(json, tool, KnownMembers);
        }

        json.WriteEndObject();
    }

    private void WriteWebSearch(in BodyWriter body, ChatOptions options)
    {
        if (dialect.WebSearch == WebSearchRequest.None || options.Tools is not { } tools)
        {
            return;
        }

        foreach (var tool in tools)
        {
            if (tool is not HostedWebSearchTool)
            {
                continue;
            }

            if (dialect.WebSearch == WebSearchRequest.Options)
            {
                var json = body.Name("web_search_options");
                json.WriteStartObject();
                ToolProperties.Write(json, tool);
                json.WriteEndObject();
            }
            else
            {
                var json = body.Name("plugins");
                json.WriteStartArray();
                json.WriteStartObject();
                json.WriteString("id", "web");
                ToolProperties.Write(json, tool);
                json.WriteEndObject();
                json.WriteEndArray();
            }

            return;
        }
    }
}
