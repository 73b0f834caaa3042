using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses.Items;
using Sira.Backends.OpenAIResponses.Tools;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses;

/// <summary>Writes a request: <c>POST responses</c>.</summary>
/// <remarks>
/// Nothing is stored at the provider unless the caller asks for it: <c>store</c> is false unless the request continues a provider-side conversation, runs in the background, or says <c>store</c> itself among its raw members.
/// Members that MEAI cannot express come from <see cref="ChatOptions.RawRepresentationFactory"/>; typed options win over them, and <c>text</c> and <c>reasoning</c> are merged.
/// A raw member that is null stands for the provider's default and is not written.
/// </remarks>
internal static class OpenAIResponsesRequestWriter
{
    public static void Write(Utf8JsonWriter writer, in WireRequest request, Func<string, bool>? reasons, string origin, bool cachesPrompts)
    {
        var options = request.Options;
        _ = WireJson.TryGetObject(options?.RawRepresentationFactory?.Invoke(request.Client!), out var raw);

        writer.WriteStartObject();
        writer.WriteString("model"u8, request.ModelId);
        if (request.Streaming)
        {
            writer.WriteBoolean("stream"u8, true);
        }

        var stateless = WriteState(writer, options, raw);
        WriteInclude(writer, request, raw, stateless, reasons);
        if (options is not null)
        {
            WriteOptions(writer, options, raw);
        }

        // Whoever writes it himself knows better.
        if (cachesPrompts && PromptCacheKeys.Find(options) is { } key && !raw.TryGet("prompt_cache_key", out _))
        {
            writer.WriteString("prompt_cache_key"u8, key);
        }

        ResponsesFormatWriter.Write(writer, options, raw);
        if (raw.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in raw.EnumerateObject())
            {
                if (member.Value.ValueKind != JsonValueKind.Null && !IsTyped(member.Name, options))
                {
                    member.WriteTo(writer);
                }
            }
        }

        writer.WritePropertyName("input"u8);
        ResponsesInputWriter.Write(writer, request.Messages, stateless, origin);
        writer.WriteEndObject();
    }

    /// <summary>Whether this id names a response or a conversation that this provider keeps. Other ids belong to whoever gave them, such as Sira's sessions.</summary>
    public static bool IsProviderState(string? conversationId) =>
        conversationId is not null && (IsResponse(conversationId) || IsConversation(conversationId));

    private static bool IsResponse(string id) => id.StartsWith("resp_", StringComparison.Ordinal);

    private static bool IsConversation(string id) => id.StartsWith("conv_", StringComparison.Ordinal);

    private static bool WriteState(Utf8JsonWriter writer, ChatOptions? options, JsonElement raw)
    {
        var background = options?.AllowBackgroundResponses == true;
        var kept = background || raw.TryGet("previous_response_id", out _) || raw.TryGet("conversation", out _) || raw.GetBooleanOrNull("background") == true;
        if (options?.ConversationId is { } id && IsProviderState(id))
        {
            kept = true;
            writer.WriteString(IsResponse(id) ? "previous_response_id"u8 : "conversation"u8, id);
        }

        if (background)
        {
            writer.WriteBoolean("background"u8, true);
        }

        var store = raw.GetBooleanOrNull("store") ?? (kept ? null : false);
        if (store is { } value)
        {
            writer.WriteBoolean("store"u8, value);
        }

        return store == false;
    }

    private static void WriteInclude(Utf8JsonWriter writer, in WireRequest request, JsonElement raw, bool stateless, Func<string, bool>? reasons)
    {
        if (raw.TryGet("include", out var include))
        {
            writer.WritePropertyName("include"u8);
            include.WriteTo(writer);
        }
        else if (stateless && ExpectsReasoning(request, raw, reasons))
        {
            // Without it, a reasoning model would start every turn from nothing: the provider keeps no reasoning and shows none that it would take back.
            writer.WriteStartArray("include"u8);
            writer.WriteStringValue("reasoning.encrypted_content"u8);
            writer.WriteEndArray();
        }
    }

    private static bool ExpectsReasoning(in WireRequest request, JsonElement raw, Func<string, bool>? reasons)
    {
        if (request.Options?.Reasoning is { Effort: ReasoningEffort.None })
        {
            return false;
        }

        if (request.Options?.Reasoning is not null || raw.TryGetObject("reasoning", out _) || reasons?.Invoke(request.ModelId) == true)
        {
            return true;
        }

        foreach (var message in request.Messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is TextReasoningContent { ProtectedData: not null } && ResponsesProperties.TryGet(content, ResponsesProperties.Item, out _))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static void WriteOptions(Utf8JsonWriter writer, ChatOptions options, JsonElement raw)
    {
        if (options.Instructions is { } instructions)
        {
            writer.WriteString("instructions"u8, instructions);
        }

        if (options.Temperature is { } temperature)
        {
            writer.WriteNumber("temperature"u8, temperature);
        }

        if (options.TopP is { } topP)
        {
            writer.WriteNumber("top_p"u8, topP);
        }

        if (options.MaxOutputTokens is { } maxOutputTokens)
        {
            writer.WriteNumber("max_output_tokens"u8, maxOutputTokens);
        }

        if (options.AllowMultipleToolCalls is { } parallel)
        {
            writer.WriteBoolean("parallel_tool_calls"u8, parallel);
        }

        if (options.Tools is { Count: > 0 } tools)
        {
            ResponsesToolWriter.WriteTools(writer, tools);
        }

        if (options.Tools is { Count: > 0 } || raw.TryGet("tools", out _) || raw.TryGet("prompt", out _))
        {
            // A choice among nothing is refused; a stored prompt may have tools of its own.
            ResponsesToolWriter.WriteChoice(writer, options);
        }
    }

    /// <summary>Whether a member is written from a typed option, or by the code that merges the two.</summary>
    private static bool IsTyped(string name, ChatOptions? options) => name switch
    {
        "model" or "input" or "stream" or "store" or "include" or "text" or "reasoning" => true,
        "instructions" => options?.Instructions is not null,
        "temperature" => options?.Temperature is not null,
        "top_p" => options?.TopP is not null,
        "max_output_tokens" => options?.MaxOutputTokens is not null,
        "parallel_tool_calls" => options?.AllowMultipleToolCalls is not null,
        "tools" => options?.Tools is { Count: > 0 },
        "tool_choice" => options?.ToolMode is not null,
        "background" => options?.AllowBackgroundResponses == true,
        "previous_response_id" or "conversation" => IsProviderState(options?.ConversationId),
        _ => false,
    };
}
