using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses.Items;

/// <summary>Writes messages as input items: runs of text, images and files become message items, everything else is an item of its own, in the order in which it stands.</summary>
internal static class ResponsesInputWriter
{
    private const int MaximumCallIdLength = 64;

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages, bool stateless, string origin)
    {
        writer.WriteStartArray();
        for (var i = 0; i < messages.Count; i++)
        {
            WriteMessage(writer, messages[i], stateless, origin);
        }

        writer.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter writer, ChatMessage message, bool stateless, string origin)
    {
        var role = GetRole(message.Role);
        var contents = message.Contents;
        var start = -1;
        for (var i = 0; i < contents.Count; i++)
        {
            var content = contents[i];
            if (ResponsesPartWriter.CanWrite(content, role))
            {
                // A content that carries its item's members is the first of its item.
                if (start >= 0 && ResponsesProperties.TryGet(content, ResponsesProperties.Item, out _))
                {
                    WriteParts(writer, role, contents, start, i, origin);
                    start = i;
                }

                start = start < 0 ? i : start;
            }
            else if (IsItem(content, origin))
            {
                if (start >= 0)
                {
                    WriteParts(writer, role, contents, start, i, origin);
                    start = -1;
                }

                WriteItem(writer, content, stateless, origin);
            }
        }

        if (start >= 0)
        {
            WriteParts(writer, role, contents, start, contents.Count, origin);
        }
    }

    private static string GetRole(ChatRole role) => role.Value switch
    {
        "system" or "assistant" or "developer" => role.Value,

        // Tool results are items without a role; what else stands in such a message was said by the client's side.
        _ => "user",
    };

    private static void WriteParts(Utf8JsonWriter writer, string role, IList<AIContent> contents, int start, int end, string origin)
    {
        var hasItem = TryGetMembers(contents[start], origin, out var item);
        writer.WriteStartObject();
        if (hasItem && item.TryGet("id", out _))
        {
            writer.WriteString("type"u8, "message"u8);
        }

        writer.WriteString("role"u8, role);
        if (!item.TryGet("id", out _) && TryGetOnlyText(contents, role, start, end, out var text))
        {
            writer.WriteString("content"u8, text);
        }
        else
        {
            writer.WriteStartArray("content"u8);
            for (var i = start; i < end; i++)
            {
                if (ResponsesPartWriter.CanWrite(contents[i], role) && (i == start || !ResponsesPartWriter.IsTrailer(contents[i])))
                {
                    ResponsesPartWriter.Write(writer, contents, i, role);
                }
            }

            writer.WriteEndArray();
        }

        ResponsesProperties.WriteMembers(writer, item, "type", "role", "content");
        writer.WriteEndObject();
    }

    private static bool TryGetOnlyText(IList<AIContent> contents, string role, int start, int end, out string text)
    {
        text = string.Empty;
        for (var i = start; i < end; i++)
        {
            if (!ResponsesPartWriter.CanWrite(contents[i], role))
            {
                continue;
            }

            if (contents[i] is not TextContent only || !ResponsesPartWriter.IsPlain(only) || (i > start && !ResponsesPartWriter.IsTrailer(only)))
            {
                return false;
            }

            text = i == start ? only.Text : text;
        }

        return true;
    }

    private static bool IsItem(AIContent content, string origin) =>
        content is FunctionCallContent or FunctionResultContent or TextReasoningContent
            or ToolApprovalRequestContent { ToolCall: McpServerToolCallContent } or ToolApprovalResponseContent { ToolCall: not FunctionCallContent }
        || TryGetRawItem(content, origin, out _);

    private static void WriteItem(Utf8JsonWriter writer, AIContent content, bool stateless, string origin)
    {
        switch (content)
        {
            case FunctionCallContent call:
                WriteCall(writer, call, origin);
                break;
            case FunctionResultContent result:
                WriteResult(writer, result, origin);
                break;
            case TextReasoningContent foreign when ReasoningOrigin.IsForeign(foreign, origin):
                break;
            case TextReasoningContent reasoning:
                ResponsesReasoning.Write(writer, reasoning, stateless);
                break;
            case var _ when TryGetRawItem(content, origin, out var item):
                item.WriteTo(writer);
                break;
            case ToolApprovalRequestContent { ToolCall: McpServerToolCallContent call } request:
                writer.WriteStartObject();
                writer.WriteString("type"u8, "mcp_approval_request"u8);
                writer.WriteString("id"u8, request.RequestId);
                writer.WriteString("server_label"u8, call.ServerName);
                writer.WriteString("name"u8, call.Name);
                writer.WriteString("arguments"u8, WireJson.SerializeArguments(call.Arguments));
                writer.WriteEndObject();
                break;
            case ToolApprovalResponseContent response:
                writer.WriteStartObject();
                writer.WriteString("type"u8, "mcp_approval_response"u8);
                writer.WriteString("approval_request_id"u8, response.RequestId);
                writer.WriteBoolean("approve"u8, response.Approved);
                if (response.Reason is { } reason)
                {
                    writer.WriteString("reason"u8, reason);
                }

                writer.WriteEndObject();
                break;
        }
    }

    /// <summary>Takes the whole item that a content without members of its own stands for; the contents of other wires have none.</summary>
    private static bool TryGetRawItem(AIContent content, string origin, out JsonElement item)
    {
        item = default;
        return !ReasoningOrigin.IsForeign(content, origin)
            && ((ResponsesProperties.TryGet(content, ResponsesProperties.Item, out item) && item.TryGet("type", out _))
                || ResponsesItemTypes.IsItem(content.RawRepresentation, out item));
    }

    /// <summary>Takes what an item holds beyond its content, such as its id; another provider's means nothing to this one.</summary>
    private static bool TryGetMembers(AIContent content, string origin, out JsonElement item)
    {
        item = default;
        return !ReasoningOrigin.IsForeign(content, origin) && ResponsesProperties.TryGet(content, ResponsesProperties.Item, out item);
    }

    private static void WriteCall(Utf8JsonWriter writer, FunctionCallContent call, string origin)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function_call"u8);
        writer.WriteString("call_id"u8, CallIds.Fit(call.CallId, MaximumCallIdLength));
        writer.WriteString("name"u8, call.Name);
        writer.WriteString("arguments"u8, WireJson.SerializeArguments(call.Arguments));
        WriteItemMembers(writer, call, origin);
        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, FunctionResultContent result, string origin)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function_call_output"u8);
        writer.WriteString("call_id"u8, CallIds.Fit(result.CallId, MaximumCallIdLength));
        switch (result.Result)
        {
            case IEnumerable<AIContent> parts:
                WriteOutput(writer, parts as IList<AIContent> ?? [.. parts]);
                break;
            case AIContent single and not TextContent:
                WriteOutput(writer, [single]);
                break;
            default:
                writer.WriteString("output"u8, WireJson.ResultToText(result));
                break;
        }

        WriteItemMembers(writer, result, origin);
        writer.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter writer, IList<AIContent> parts)
    {
        writer.WriteStartArray("output"u8);
        for (var i = 0; i < parts.Count; i++)
        {
            if (ResponsesPartWriter.CanWrite(parts[i], "user"))
            {
                ResponsesPartWriter.Write(writer, parts, i, "user");
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteItemMembers(Utf8JsonWriter writer, AIContent content, string origin)
    {
        if (TryGetMembers(content, origin, out var item))
        {
            ResponsesProperties.WriteMembers(writer, item);
        }
    }
}
