using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses.Items;
using Sira.Backends.OpenAIResponses.Tools;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIResponses;

/// <summary>Reads a request of OpenAI's Responses protocol, so that an endpoint can speak it as a server.</summary>
/// <remarks>
/// What Microsoft.Extensions.AI cannot express is kept: request members in <see cref="ChatOptions.RawRepresentationFactory"/>, tools as <see cref="OpenAIResponsesTool"/>, input items and parts as <see cref="AIContent"/> with their JSON as raw representation.
/// </remarks>
public static class OpenAIResponsesRequestReader
{
    /// <summary>Reads a request.</summary>
    /// <param name="body">The request's JSON. It is copied, so its document may be disposed afterwards.</param>
    /// <returns>The request.</returns>
    /// <exception cref="BackendException">The JSON is no request of this protocol; the kind is <see cref="BackendErrorKind.BadRequest"/> and the message names the member at fault.</exception>
    public static ChatWireRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw CreateBadRequest("The request is not a JSON object.");
        }

        if (body.GetStringOrNull("model") is not { Length: > 0 } model)
        {
            throw CreateBadRequest("'model' is missing; it is a string.");
        }

        body = body.Clone();
        var options = new ChatOptions
        {
            ModelId = model,
            Instructions = body.GetStringOrNull("instructions"),
            Temperature = body.GetSingleOrNull("temperature"),
            TopP = body.GetSingleOrNull("top_p"),
            MaxOutputTokens = body.GetInt32OrNull("max_output_tokens"),
            AllowMultipleToolCalls = body.GetBooleanOrNull("parallel_tool_calls"),
        };
        var typed = new HashSet<string>(StringComparer.Ordinal) { "model", "input", "stream" };
        Mark(typed, "instructions", options.Instructions is not null);
        Mark(typed, "temperature", options.Temperature is not null);
        Mark(typed, "top_p", options.TopP is not null);
        Mark(typed, "max_output_tokens", options.MaxOutputTokens is not null);
        Mark(typed, "parallel_tool_calls", options.AllowMultipleToolCalls is not null);
        ReadTools(body, options, typed);
        ReadState(body, options, typed);
        var text = ReadFormat(body, options);
        var reasoning = ReadReasoning(body, options);
        if (Collect(body, typed, text, reasoning) is { } raw)
        {
            options.RawRepresentationFactory = _ => raw;
        }

        return new(model, ResponsesInputReader.Read(body), options, body.GetBooleanOrNull("stream") == true);
    }

    internal static BackendException CreateBadRequest(string message) => new(BackendErrorKind.BadRequest, message);

    private static void Mark(HashSet<string> typed, string name, bool isTyped)
    {
        if (isTyped)
        {
            typed.Add(name);
        }
    }

    private static void ReadTools(JsonElement body, ChatOptions options, HashSet<string> typed)
    {
        typed.Add("tools");
        foreach (var tool in body.EnumerateArrayOrEmpty("tools"))
        {
            (options.Tools ??= []).Add(ResponsesToolReader.Read(tool));
        }

        options.ToolMode = ResponsesToolReader.ReadChoice(body);
        Mark(typed, "tool_choice", options.ToolMode is not null);
    }

    private static void ReadState(JsonElement body, ChatOptions options, HashSet<string> typed)
    {
        if (body.GetBooleanOrNull("background") is { } background)
        {
            options.AllowBackgroundResponses = background;
            typed.Add("background");
        }

        var member = body.TryGet("previous_response_id", out _) ? "previous_response_id" : "conversation";
        var id = body.GetStringOrNull(member);
        if (id is null && body.TryGetObject("conversation", out var conversation))
        {
            id = conversation.GetStringOrNull("id");
        }

        // Ids of another form are left among the raw members, where they mean the same.
        if (OpenAIResponsesRequestWriter.IsProviderState(id) && id!.StartsWith("resp_", StringComparison.Ordinal) == (member == "previous_response_id"))
        {
            options.ConversationId = id;
            typed.Add(member);
        }
    }

    /// <summary>Reads <c>text</c>; returns what MEAI cannot express of it.</summary>
    private static JsonElement? ReadFormat(JsonElement body, ChatOptions options)
    {
        if (!body.TryGetObject("text", out var text))
        {
            return null;
        }

        if (!text.TryGetObject("format", out var format))
        {
            return ResponsesProperties.Except(text);
        }

        switch (format.GetStringOrNull("type"))
        {
            case "text":
                options.ResponseFormat = ChatResponseFormat.Text;
                break;
            case "json_object":
                options.ResponseFormat = ChatResponseFormat.Json;
                break;
            case "json_schema" when format.TryGetObject("schema", out var schema):
                options.ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, format.GetStringOrNull("name"), format.GetStringOrNull("description"));
                if (format.GetBooleanOrNull("strict") is { } strict)
                {
                    (options.AdditionalProperties ??= [])[ResponsesProperties.Strict] = strict;
                }

                break;
            default:
                return text;
        }

        return ResponsesProperties.Except(text, "format");
    }

    /// <summary>Reads <c>reasoning</c>; returns what MEAI cannot express of it.</summary>
    private static JsonElement? ReadReasoning(JsonElement body, ChatOptions options)
    {
        if (!body.TryGetObject("reasoning", out var reasoning))
        {
            return null;
        }

        ReasoningEffort? effort = reasoning.GetStringOrNull("effort") switch
        {
            "none" => ReasoningEffort.None,
            "low" => ReasoningEffort.Low,
            "medium" => ReasoningEffort.Medium,
            "high" => ReasoningEffort.High,
            "xhigh" => ReasoningEffort.ExtraHigh,
            _ => null,
        };
        ReasoningOutput? output = reasoning.GetStringOrNull("summary") switch
        {
            "auto" => ReasoningOutput.Summary,
            "detailed" => ReasoningOutput.Full,
            _ => null,
        };
        if (effort is not null || output is not null)
        {
            options.Reasoning = new ReasoningOptions { Effort = effort, Output = output };
        }

        return ResponsesProperties.Except(reasoning, effort is null ? string.Empty : "effort", output is null ? string.Empty : "summary");
    }

    private static JsonElement? Collect(JsonElement body, HashSet<string> typed, JsonElement? text, JsonElement? reasoning)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var any = false;
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var member in body.EnumerateObject())
        {
            if (typed.Contains(member.Name) || member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            // The two objects that typed options share: what is left of them.
            JsonElement? value = member.Name switch
            {
                "text" => text,
                "reasoning" => reasoning,
                _ => member.Value,
            };
            if (value is { } left)
            {
                any = true;
                writer.WritePropertyName(member.Name);
                left.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return any ? JsonElement.Parse(buffer.WrittenSpan) : null;
    }
}
