using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Reads a chat completion request back into MEAI's messages and options: what an HTTP endpoint that speaks chat completions works with.</summary>
public static class OpenAIChatRequestReader
{
    /// <summary>Reads a request. Members that MEAI cannot express are kept for the provider in <see cref="ChatOptions.RawRepresentationFactory"/>, content parts as <see cref="AIContent.RawRepresentation"/>.</summary>
    /// <param name="body">The request's JSON; nothing of it is referenced afterwards.</param>
    /// <param name="dialect">The dialect; the common one when <see langword="null"/>.</param>
    /// <returns>The request.</returns>
    /// <exception cref="BackendException">The request has no model or no messages, or one of them is not what it must be (<see cref="BackendErrorKind.BadRequest"/>).</exception>
    public static ChatWireRequest Read(JsonElement body, OpenAIDialect? dialect = null)
    {
        dialect ??= OpenAICompatible.Dialect;
        body = body.Clone();
        var modelId = body.GetStringOrNull("model") ?? throw new BackendException(BackendErrorKind.BadRequest, "the request has no 'model'");
        if (!body.TryGet("messages", out var array) || array.ValueKind != JsonValueKind.Array)
        {
            throw new BackendException(BackendErrorKind.BadRequest, "the request has no array 'messages'");
        }

        var reader = new OpenAIChatMessageReader(dialect);
        var messages = new List<ChatMessage>(array.GetArrayLength());
        foreach (var message in array.EnumerateArray())
        {
            messages.Add(reader.Read(message));
        }

        var options = ReadOptions(body, dialect);
        options.ModelId = modelId;
        return new ChatWireRequest(modelId, messages, options, body.GetBooleanOrNull("stream") ?? false);
    }

    private static ChatOptions ReadOptions(JsonElement body, OpenAIDialect dialect)
    {
        var options = new ChatOptions();
        JsonObject? extra = null;
        foreach (var member in body.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && !TryRead(options, member.Name, member.Value, dialect))
            {
                (extra ??= [])[member.Name] = Node(member.Value);
            }
        }

        if (extra is not null)
        {
            options.RawRepresentationFactory = _ => extra;
        }

        return options;
    }

    private static bool TryRead(ChatOptions options, string name, JsonElement value, OpenAIDialect dialect)
    {
        switch (name)
        {
            case "model" or "messages" or "stream":
                return true;
            case "stream_options":
                return value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(static member => member.Name == "include_usage");
            case "max_tokens" or "max_completion_tokens" when Int32(value) is { } number:
                options.MaxOutputTokens = number;
                return true;
            case "temperature" when Single(value) is { } number:
                options.Temperature = number;
                return true;
            case "top_p" when Single(value) is { } number:
                options.TopP = number;
                return true;
            case "top_k" when Int32(value) is { } number:
                options.TopK = number;
                return true;
            case "frequency_penalty" when Single(value) is { } number:
                options.FrequencyPenalty = number;
                return true;
            case "presence_penalty" when Single(value) is { } number:
                options.PresencePenalty = number;
                return true;
            case "stop":
                return TryReadStop(options, value);
            case "tools" when value.ValueKind == JsonValueKind.Array:
                return OpenAIChatToolReader.TryReadTools(options, value);
            case "tool_choice":
                return OpenAIChatToolReader.TryReadChoice(options, value, dialect);
            case "parallel_tool_calls" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                options.AllowMultipleToolCalls = value.GetBoolean();
                return true;
            case "web_search_options" when dialect.WebSearch == WebSearchRequest.Options && value.ValueKind == JsonValueKind.Object:
                OpenAIChatToolReader.AddTool(options, new HostedWebSearchTool(OpenAIChatToolReader.ToProperties(value)));
                return true;
            case "response_format":
                return TryReadFormat(options, value);
            case "reasoning_effort" or "reasoning_format" or "reasoning":
                return TryReadReasoning(options, name, value, dialect);
            default:
                if (name == dialect.SeedMember && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seed))
                {
                    options.Seed = seed;
                    return true;
                }

                return false;
        }
    }

    private static bool TryReadStop(ChatOptions options, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            options.StopSequences = [value.GetString()!];
            return true;
        }

        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(static item => item.ValueKind != JsonValueKind.String))
        {
            return false;
        }

        options.StopSequences = [.. value.EnumerateArray().Select(static item => item.GetString()!)];
        return true;
    }

    private static bool TryReadFormat(ChatOptions options, JsonElement value)
    {
        switch (value.GetStringOrNull("type"))
        {
            case "text":
                options.ResponseFormat = ChatResponseFormat.Text;
                return true;
            case "json_object":
                options.ResponseFormat = ChatResponseFormat.Json;
                return true;
            case "json_schema" when value.TryGetObject("json_schema", out var format) && format.TryGet("schema", out var schema):
                options.ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, format.GetStringOrNull("name"), format.GetStringOrNull("description"));
                if (format.GetBooleanOrNull("strict") is { } strict)
                {
                    (options.AdditionalProperties ??= [])["strict"] = strict;
                }

                return true;
            default:
                return false;
        }
    }

    private static bool TryReadReasoning(ChatOptions options, string name, JsonElement value, OpenAIDialect dialect)
    {
        switch (name)
        {
            case "reasoning_effort" when dialect.Reasoning is ReasoningRequest.Effort or ReasoningRequest.EffortAndFormat && Effort(value, dialect) is { } effort:
                (options.Reasoning ??= new ReasoningOptions()).Effort = effort;
                return true;
            case "reasoning_format" when dialect.Reasoning == ReasoningRequest.EffortAndFormat && value.ValueKind == JsonValueKind.String && value.GetString() is "parsed" or "hidden":
                (options.Reasoning ??= new ReasoningOptions()).Output = value.ValueEquals("parsed") ? ReasoningOutput.Full : ReasoningOutput.None;
                return true;
            case "reasoning" when dialect.Reasoning == ReasoningRequest.Object && value.ValueKind == JsonValueKind.Object
                && value.EnumerateObject().All(static member => member.Name is "effort" or "exclude")
                && value.TryGet("effort", out var word) && Effort(word, dialect) is { } effort:
                options.Reasoning = new ReasoningOptions
                {
                    Effort = effort,
                    Output = value.GetBooleanOrNull("exclude") is { } exclude ? exclude ? ReasoningOutput.None : ReasoningOutput.Full : null,
                };
                return true;
            default:
                return false;
        }
    }

    private static ReasoningEffort? Effort(JsonElement value, OpenAIDialect dialect)
    {
        for (var i = 0; i < dialect.ReasoningEfforts.Count; i++)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(dialect.ReasoningEfforts[i]))
            {
                return (ReasoningEffort)i;
            }
        }

        return null;
    }

    private static int? Int32(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    private static float? Single(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetSingle() : null;

    private static JsonNode? Node(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(value),
        JsonValueKind.Array => JsonArray.Create(value),
        _ => JsonValue.Create(value),
    };
}
