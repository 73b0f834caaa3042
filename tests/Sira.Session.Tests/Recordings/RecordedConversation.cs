using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Testing.Recordings;

namespace Sira.Session.Tests.Recordings;

/// <summary>Makes messages of what was sent to a provider and what it answered.</summary>
internal static class RecordedConversation
{
    public static List<ChatMessage> Read(Recording recording)
    {
        var messages = new List<ChatMessage>();
        if (recording.RequestBody.ValueKind is JsonValueKind.Object && recording.RequestBody.TryGetProperty("messages", out var sent) && sent.ValueKind is JsonValueKind.Array)
        {
            messages.AddRange(sent.EnumerateArray().Select(Message));
        }

        if (recording.Status == 200 && recording.ResponseBody is { ValueKind: JsonValueKind.Object } body)
        {
            if (body.TryGetProperty("choices", out var choices) && choices.ValueKind is JsonValueKind.Array)
            {
                messages.AddRange(choices.EnumerateArray().Where(static choice => choice.TryGetProperty("message", out _)).Select(static choice => Message(choice.GetProperty("message"))));
            }
            else if (body.TryGetProperty("content", out _) && body.TryGetProperty("role", out _))
            {
                messages.Add(Message(body));
            }
        }

        return messages;
    }

    private static ChatMessage Message(JsonElement element)
    {
        var message = new ChatMessage(new ChatRole(Text(element, "role") ?? "assistant"), []) { MessageId = Text(element, "id") };
        foreach (var name in (string[])["reasoning_content", "reasoning"])
        {
            if (Text(element, name) is { } reasoning)
            {
                message.Contents.Add(new TextReasoningContent(reasoning));
            }
        }

        if (element.TryGetProperty("content", out var content))
        {
            Add(message, content, Text(element, "tool_call_id"));
        }

        if (element.TryGetProperty("tool_calls", out var calls) && calls.ValueKind is JsonValueKind.Array)
        {
            foreach (var call in calls.EnumerateArray().Where(static call => call.TryGetProperty("function", out _)))
            {
                var function = call.GetProperty("function");
                message.Contents.Add(FunctionCallContent.CreateFromParsedArguments(Text(function, "arguments") ?? "{}", Text(call, "id") ?? "none", Text(function, "name") ?? "none", static json =>
                    JsonSerializer.Deserialize<Dictionary<string, object?>>(json, AIJsonUtilities.DefaultOptions)));
            }
        }

        return message;
    }

    private static void Add(ChatMessage message, JsonElement content, string? answers)
    {
        if (answers is not null)
        {
            message.Contents.Add(new FunctionResultContent(answers, content.Clone()));
            return;
        }

        if (content.ValueKind is JsonValueKind.String)
        {
            message.Contents.Add(new TextContent(content.GetString()));
            return;
        }

        foreach (var part in content.ValueKind is JsonValueKind.Array ? content.EnumerateArray().ToArray() : [])
        {
            message.Contents.Add(Part(part));
        }
    }

    private static AIContent Part(JsonElement part) => Text(part, "type") switch
    {
        "text" => new TextContent(Text(part, "text")),
        "thinking" => new TextReasoningContent(Text(part, "thinking")) { ProtectedData = Text(part, "signature") },
        "tool_use" => new FunctionCallContent(Text(part, "id")!, Text(part, "name")!, part.GetProperty("input").Deserialize<Dictionary<string, object?>>(AIJsonUtilities.DefaultOptions)),
        "tool_result" => new FunctionResultContent(Text(part, "tool_use_id")!, part.TryGetProperty("content", out var result) ? result.Clone() : null),
        "image" or "document" when part.TryGetProperty("source", out var source) && Text(source, "data") is { } data && Text(source, "media_type") is { } type && Text(source, "type") == "base64" => new DataContent($"data:{type};base64,{data}"),
        "image_url" when part.GetProperty("image_url") is { ValueKind: JsonValueKind.Object } image && Text(image, "url") is { } url => url.StartsWith("data:", StringComparison.Ordinal) ? new DataContent(url) : new UriContent(url, "image/*"),
        _ => new TextContent(null) { AdditionalProperties = new() { ["part"] = part.Clone() } },
    };

    private static string? Text(JsonElement element, string name) => element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
