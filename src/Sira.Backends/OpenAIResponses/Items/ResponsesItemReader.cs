using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses.Items;

/// <summary>Reads the items that the model's side adds to a conversation, whether they stand in an answer or in the next request's input.</summary>
/// <remarks>
/// Tools that the provider runs become MEAI's contents where those exist, otherwise an <see cref="AIContent"/>; either way the first content of an item carries the whole item, so that the next turn gives back exactly what was said.
/// </remarks>
internal static class ResponsesItemReader
{
    /// <summary>Reads an item's contents. An item is never lost: what is not understood is kept as it is.</summary>
    public static void Read(JsonElement item, IList<AIContent> contents)
    {
        var first = contents.Count;
        switch (item.GetStringOrNull("type"))
        {
            case "message":
                ReadMessage(item, contents);
                return;
            case "reasoning":
                contents.Add(ResponsesReasoning.Read(item));
                return;
            case "function_call" when GetName(item, "call_id") is { } callId && GetName(item, "name") is { } name:
                contents.Add(ReadCall(item, callId, name, item.GetStringOrNull("arguments")));
                return;
            case "web_search_call" when GetName(item, "id") is { } id:
                ReadWebSearch(item, id, contents);
                break;
            case "code_interpreter_call" when GetName(item, "id") is { } id:
                ReadCodeInterpreter(item, id, contents);
                break;
            case "mcp_call" when GetName(item, "id") is { } id && GetName(item, "name") is { } name:
                ReadMcpCall(item, id, name, contents);
                break;
            case "mcp_approval_request" when GetName(item, "id") is { } id && GetName(item, "name") is { } name:
                contents.Add(new ToolApprovalRequestContent(id, CreateMcpCall(item, id, name)));
                break;
            case "image_generation_call" when GetName(item, "id") is { } id:
                ReadImageGeneration(item, id, contents);
                break;
            default:
                contents.Add(new AIContent());
                break;
        }

        contents[first].RawRepresentation = item;
        ResponsesProperties.Set(contents[first], ResponsesProperties.Item, item);
    }

    /// <summary>Reads a function call; its arguments may have come in fragments.</summary>
    public static FunctionCallContent ReadCall(JsonElement item, string callId, string name, string? arguments)
    {
        var call = WireJson.CreateCall(callId, name, arguments);
        call.RawRepresentation = item;
        ResponsesProperties.Set(call, ResponsesProperties.Item, ResponsesProperties.Except(item, "type", "call_id", "name", "arguments"));
        return call;
    }

    /// <summary>Reads the parts of a message item. Its first content carries the item's own members.</summary>
    public static void ReadMessage(JsonElement item, IList<AIContent> contents)
    {
        var first = contents.Count;
        var isAssistant = item.GetStringOrNull("role") is null or "assistant";
        if (item.TryGet("content", out var content))
        {
            if (content.ValueKind == JsonValueKind.String)
            {
                contents.Add(new TextContent(content.GetString()));
            }
            else if (content.ValueKind == JsonValueKind.Array)
            {
                foreach (var part in content.EnumerateArray())
                {
                    if (part.ValueKind == JsonValueKind.Object)
                    {
                        contents.Add(ResponsesPartReader.Read(part, isAssistant));
                    }
                }
            }
        }

        if (contents.Count > first)
        {
            ResponsesProperties.Set(contents[first], ResponsesProperties.Item, ResponsesProperties.Except(item, "type", "role", "content"));
        }
    }

    /// <summary>Returns what MEAI takes for an id or a name; without one, an item is kept as it is.</summary>
    public static string? GetName(JsonElement item, string member) =>
        item.GetStringOrNull(member) is { } name && !string.IsNullOrWhiteSpace(name) ? name : null;

    private static void ReadWebSearch(JsonElement item, string id, IList<AIContent> contents)
    {
        var call = new WebSearchToolCallContent(id);
        contents.Add(call);
        if (!item.TryGetObject("action", out var action))
        {
            return;
        }

        foreach (var query in action.EnumerateArrayOrEmpty("queries"))
        {
            if (query.ValueKind == JsonValueKind.String)
            {
                (call.Queries ??= []).Add(query.GetString()!);
            }
        }

        if (call.Queries is not { Count: > 0 } && action.GetStringOrNull("query") is { } only)
        {
            call.Queries = [only];
        }

        List<AIContent>? sources = null;
        foreach (var source in action.EnumerateArrayOrEmpty("sources"))
        {
            if (Uri.TryCreate(source.GetStringOrNull("url"), UriKind.Absolute, out var url))
            {
                (sources ??= []).Add(new UriContent(url, "text/html") { RawRepresentation = source });
            }
        }

        if (sources is not null)
        {
            contents.Add(new WebSearchToolResultContent(id) { Outputs = sources });
        }
    }

    private static void ReadCodeInterpreter(JsonElement item, string id, IList<AIContent> contents)
    {
        var call = new CodeInterpreterToolCallContent(id);
        contents.Add(call);
        if (item.GetStringOrNull("code") is { } code)
        {
            call.Inputs = [new DataContent(Encoding.UTF8.GetBytes(code), "text/x-python")];
        }

        List<AIContent>? outputs = null;
        foreach (var output in item.EnumerateArrayOrEmpty("outputs"))
        {
            AIContent content = output.GetStringOrNull("type") switch
            {
                "logs" => new TextContent(output.GetStringOrNull("logs")),
                "image" when Uri.TryCreate(output.GetStringOrNull("url"), UriKind.Absolute, out var url) => new UriContent(url, "image/*"),
                _ => new AIContent(),
            };
            content.RawRepresentation = output;
            (outputs ??= []).Add(content);
        }

        if (outputs is not null)
        {
            contents.Add(new CodeInterpreterToolResultContent(id) { Outputs = outputs });
        }
    }

    private static McpServerToolCallContent CreateMcpCall(JsonElement item, string id, string name) =>
        new(id, name, item.GetStringOrNull("server_label"))
        {
            // Parsed as a function's, so that arguments that are no JSON do not fail the answer.
            Arguments = WireJson.CreateCall(id, name, item.GetStringOrNull("arguments")).Arguments,
        };

    private static void ReadMcpCall(JsonElement item, string id, string name, IList<AIContent> contents)
    {
        contents.Add(CreateMcpCall(item, id, name));
        List<AIContent>? outputs = null;
        if (item.GetStringOrNull("output") is { } output)
        {
            outputs = [new TextContent(output)];
        }

        if (item.TryGet("error", out var error))
        {
            var message = error.ValueKind == JsonValueKind.String ? error.GetString() : error.GetStringOrNull("message") ?? error.GetRawText();
            (outputs ??= []).Add(new ErrorContent(message) { ErrorCode = error.GetStringOrNull("type"), RawRepresentation = error });
        }

        if (outputs is not null)
        {
            contents.Add(new McpServerToolResultContent(id) { Outputs = outputs });
        }
    }

    private static void ReadImageGeneration(JsonElement item, string id, IList<AIContent> contents)
    {
        contents.Add(new ImageGenerationToolCallContent(id));
        if (item.GetStringOrNull("result") is { } result && TryDecode(result, out var bytes))
        {
            var format = item.GetStringOrNull("output_format") is "jpeg" or "webp" ? item.GetStringOrNull("output_format") : "png";
            contents.Add(new ImageGenerationToolResultContent(id) { Outputs = [new DataContent(bytes, "image/" + format)] });
        }
    }

    private static bool TryDecode(string base64, out byte[] bytes)
    {
        bytes = new byte[(base64.Length / 4 * 3) + 3];
        if (Convert.TryFromBase64String(base64, bytes, out var written))
        {
            Array.Resize(ref bytes, written);
            return true;
        }

        return false;
    }
}
