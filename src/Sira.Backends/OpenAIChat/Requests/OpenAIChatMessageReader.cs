using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.OpenAIChat.Responses;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Reads one message of a request.</summary>
internal sealed class OpenAIChatMessageReader(OpenAIDialect dialect)
{
    /// <summary>The key in <see cref="ChatMessage.AdditionalProperties"/> of a JSON object with members that only the provider knows, such as Mistral's <c>prefix</c>.</summary>
    public const string ExtraMembers = "openai.message";

    private readonly OpenAIChatContentReader contents = new(dialect);

    public ChatMessage Read(JsonElement element)
    {
        var role = element.GetStringOrNull("role") ?? throw new BackendException(BackendErrorKind.BadRequest, "a message has no 'role'");
        var message = role switch
        {
            "tool" or "function" => ReadToolResult(element),
            "assistant" => ReadAssistant(element),
            "system" => new ChatMessage(ChatRole.System, OpenAIChatPartReader.ReadContent(element)),
            "user" => new ChatMessage(ChatRole.User, OpenAIChatPartReader.ReadContent(element)),
            _ => new ChatMessage(new ChatRole(role), OpenAIChatPartReader.ReadContent(element)),
        };
        message.AuthorName = element.GetStringOrNull("name");
        AddExtra(message, element, role);
        return message;
    }

    private static ChatMessage ReadToolResult(JsonElement element)
    {
        var callId = element.GetStringOrNull("tool_call_id") ?? element.GetStringOrNull("name")
            ?? throw new BackendException(BackendErrorKind.BadRequest, "a tool's message has no 'tool_call_id'");
        element.TryGet("content", out var content);
        object result = content.ValueKind == JsonValueKind.Array ? OpenAIChatPartReader.ReadContent(element) : content.ValueKind == JsonValueKind.String ? content.GetString()! : string.Empty;
        return new ChatMessage(ChatRole.Tool, [new FunctionResultContent(callId, result)]);
    }

    private ChatMessage ReadAssistant(JsonElement element)
    {
        var read = contents.Read(element);
        if (element.TryGetObject("audio", out var audio) && audio.GetStringOrNull("id") is not null && !audio.TryGet("data", out _))
        {
            // Only the reference to an earlier answer's audio comes back.
            read.Add(new DataContent(ReadOnlyMemory<byte>.Empty, "audio/mpeg") { RawRepresentation = audio });
        }

        return new ChatMessage(ChatRole.Assistant, read);
    }

    private void AddExtra(ChatMessage message, JsonElement element, string role)
    {
        JsonObject? extra = null;
        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && !IsKnown(member.Name, role))
            {
                (extra ??= [])[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }

        if (extra is not null)
        {
            (message.AdditionalProperties ??= [])[ExtraMembers] = extra;
        }
    }

    private bool IsKnown(string name, string role) => name switch
    {
        "role" or "content" or "name" => true,
        "tool_call_id" => role == "tool",
        "tool_calls" or "function_call" or "refusal" or "annotations" or "audio" or "reasoning_details" => role == "assistant",
        _ => role == "assistant" && dialect.ReasoningMembers.Contains(name),
    };
}
