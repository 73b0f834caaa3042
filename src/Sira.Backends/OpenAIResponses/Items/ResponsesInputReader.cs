using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses.Items;

/// <summary>Reads a request's input: items that the model's side adds are gathered into assistant messages, tool outputs into tool messages.</summary>
internal static class ResponsesInputReader
{
    public static List<ChatMessage> Read(JsonElement body)
    {
        List<ChatMessage> messages = [];
        if (!body.TryGet("input", out var input))
        {
            // A stored prompt or conversation may be all there is.
            return messages;
        }

        if (input.ValueKind == JsonValueKind.String)
        {
            messages.Add(new ChatMessage(ChatRole.User, input.GetString()));
            return messages;
        }

        if (input.ValueKind != JsonValueKind.Array)
        {
            throw OpenAIResponsesRequestReader.CreateBadRequest("'input' is neither a string nor an array of items.");
        }

        var index = 0;
        foreach (var item in input.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw OpenAIResponsesRequestReader.CreateBadRequest($"'input[{index}]' is not an object.");
            }

            ReadItem(item, messages, index++);
        }

        return messages;
    }

    private static void ReadItem(JsonElement item, List<ChatMessage> messages, int index)
    {
        var role = ResponsesItemReader.GetName(item, "role");
        var type = item.GetStringOrNull("type") ?? (role is null ? "item_reference" : "message");
        switch (type)
        {
            case "message":
                ReadMessage(item, role ?? throw OpenAIResponsesRequestReader.CreateBadRequest($"'input[{index}].role' is missing."), messages);
                break;
            case "function_call_output":
                GetMessage(messages, ChatRole.Tool).Contents.Add(ReadOutput(item, index));
                break;
            case "mcp_approval_response" when ResponsesItemReader.GetName(item, "approval_request_id") is { } requestId:
                messages.Add(new ChatMessage(ChatRole.User, [ReadApproval(item, requestId, messages)]));
                break;
            case var _ when role is not null:
                List<AIContent> contents = [];
                ResponsesItemReader.Read(item, contents);
                messages.Add(new ChatMessage(ToRole(role), contents));
                break;
            default:
                ResponsesItemReader.Read(item, GetMessage(messages, ChatRole.Assistant).Contents);
                break;
        }
    }

    private static void ReadMessage(JsonElement item, string role, List<ChatMessage> messages)
    {
        ChatMessage message;
        if (role == "assistant")
        {
            // One message item per message: two of them would be written as one.
            message = messages is [.., { } last] && last.Role == ChatRole.Assistant && !HasParts(last) ? last : Add(messages, ChatRole.Assistant);
            message.MessageId ??= item.GetStringOrNull("id");
        }
        else
        {
            message = Add(messages, ToRole(role));
        }

        ResponsesItemReader.ReadMessage(item, message.Contents);
    }

    private static bool HasParts(ChatMessage message)
    {
        foreach (var content in message.Contents)
        {
            if (ResponsesPartWriter.CanWrite(content, "assistant"))
            {
                return true;
            }
        }

        return false;
    }

    private static FunctionResultContent ReadOutput(JsonElement item, int index)
    {
        var callId = ResponsesItemReader.GetName(item, "call_id") ?? throw OpenAIResponsesRequestReader.CreateBadRequest($"'input[{index}].call_id' is missing.");
        object? result = null;
        if (item.TryGet("output", out var output))
        {
            result = output.ValueKind switch
            {
                JsonValueKind.String => output.GetString(),
                JsonValueKind.Array => ReadOutputParts(output),
                _ => output,
            };
        }

        var content = new FunctionResultContent(callId, result) { RawRepresentation = item };
        ResponsesProperties.Set(content, ResponsesProperties.Item, ResponsesProperties.Except(item, "type", "call_id", "output"));
        return content;
    }

    private static List<AIContent> ReadOutputParts(JsonElement output)
    {
        List<AIContent> parts = [];
        foreach (var part in output.EnumerateArray())
        {
            parts.Add(ResponsesPartReader.Read(part, isAssistant: false));
        }

        return parts;
    }

    private static ToolApprovalResponseContent ReadApproval(JsonElement item, string requestId, List<ChatMessage> messages)
    {
        var response = new ToolApprovalResponseContent(requestId, item.GetBooleanOrNull("approve") == true, FindCall(requestId, messages))
        {
            Reason = item.GetStringOrNull("reason"),
            RawRepresentation = item,
        };

        // The whole item, as its own id has no place elsewhere.
        ResponsesProperties.Set(response, ResponsesProperties.Item, item);
        return response;
    }

    private static ToolCallContent FindCall(string requestId, List<ChatMessage> messages)
    {
        foreach (var message in messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is ToolApprovalRequestContent request && request.RequestId == requestId)
                {
                    return request.ToolCall;
                }
            }
        }

        // The request for it is in the conversation that the provider keeps.
        return new ToolCallContent(requestId);
    }

    private static ChatRole ToRole(string role) => role switch
    {
        "user" => ChatRole.User,
        "system" => ChatRole.System,
        "assistant" => ChatRole.Assistant,
        _ => new ChatRole(role),
    };

    private static ChatMessage GetMessage(List<ChatMessage> messages, ChatRole role) =>
        messages is [.., { } last] && last.Role == role ? last : Add(messages, role);

    private static ChatMessage Add(List<ChatMessage> messages, ChatRole role)
    {
        var message = new ChatMessage { Role = role };
        messages.Add(message);
        return message;
    }
}
