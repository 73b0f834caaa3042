using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Writes MEAI's messages and options as a chat completion request.</summary>
internal sealed class OpenAIChatRequestWriter(OpenAIDialect dialect)
{
    private readonly OpenAIChatMessageWriter messages = new(dialect);
    private readonly OpenAIChatToolWriter tools = new(dialect);

    public void Write(Utf8JsonWriter json, in WireRequest request)
    {
        var options = request.Options;
        var extra = options?.RawRepresentationFactory?.Invoke(request.Client!);
        var body = new BodyWriter(json, extra);
        json.WriteStartObject();
        body.String("model", request.ModelId);
        body.Name("messages");
        messages.Write(json, request.Messages, options?.Instructions);
        if (request.Streaming)
        {
            body.Boolean("stream", true);
            if (dialect.StreamOptions)
            {
                body.Name("stream_options").WriteStartObject();
                json.WriteBoolean("include_usage", true);
                json.WriteEndObject();
            }
        }

        if (options is not null)
        {
            WriteOptions(body, options);
            WritePromptCache(body, options, extra);
        }

        body.Extra();
        json.WriteEndObject();
    }

    private void WriteOptions(in BodyWriter body, ChatOptions options)
    {
        tools.Write(body, options);
        WriteFormat(body, options);
        WriteReasoning(body, options.Reasoning);
        body.Number(dialect.MaxTokensMember, options.MaxOutputTokens);
        body.Number("temperature", options.Temperature);
        body.Number("top_p", options.TopP);
        // An extension of vLLM, OpenRouter and others; the feature mask keeps it from those who do not know it.
        body.Number("top_k", options.TopK);
        body.Number("frequency_penalty", options.FrequencyPenalty);
        body.Number("presence_penalty", options.PresencePenalty);
        body.Number(dialect.SeedMember, options.Seed);
        if (options.StopSequences is { Count: > 0 } stops)
        {
            body.Name("stop").WriteStartArray();
            foreach (var stop in stops)
            {
                body.Json.WriteStringValue(stop);
            }

            body.Json.WriteEndArray();
        }
    }

    private void WritePromptCache(in BodyWriter body, ChatOptions options, object? extra)
    {
        // Whoever writes it himself knows better.
        if (dialect.PromptCacheMember is { } member && !(WireJson.TryGetObject(extra, out var raw) && raw.TryGet(member, out _)))
        {
            body.String(member, PromptCacheKeys.Find(options));
        }
    }

    private static void WriteFormat(in BodyWriter body, ChatOptions options)
    {
        if (options.ResponseFormat is not ChatResponseFormatJson format)
        {
            return;
        }

        var json = body.Name("response_format");
        json.WriteStartObject();
        if (format.Schema is not { } schema)
        {
            json.WriteString("type", "json_object");
        }
        else
        {
            json.WriteString("type", "json_schema");
            json.WriteStartObject("json_schema");
            json.WriteString("name", format.SchemaName ?? "response");
            if (format.SchemaDescription is { } description)
            {
                json.WriteString("description", description);
            }

            json.WritePropertyName("schema");
            schema.WriteTo(json);
            if (options.AdditionalProperties is { } properties && properties.TryGetValue("strict", out var strict) && strict is bool value)
            {
                json.WriteBoolean("strict", value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteReasoning(in BodyWriter body, ReasoningOptions? reasoning)
    {
        var effort = reasoning?.Effort is { } asked ? dialect.ReasoningEfforts[Math.Clamp((int)asked, 0, dialect.ReasoningEfforts.Count - 1)] : null;
        switch (dialect.Reasoning)
        {
            case ReasoningRequest.Thinking when reasoning?.Effort is { } wanted:
                body.Name("thinking").WriteStartObject();
                body.Json.WriteString("type", wanted == ReasoningEffort.None ? "disabled" : "enabled");
                body.Json.WriteEndObject();
                body.String("reasoning_effort", wanted == ReasoningEffort.None ? null : effort);
                break;
            case ReasoningRequest.Object when effort is not null || reasoning?.Output is not null:
                body.Name("reasoning").WriteStartObject();
                if (effort is not null)
                {
                    body.Json.WriteString("effort", effort);
                }

                if (reasoning?.Output is { } output)
                {
                    body.Json.WriteBoolean("exclude", output == ReasoningOutput.None);
                }

                body.Json.WriteEndObject();
                break;
            case ReasoningRequest.EffortAndFormat:
                body.String("reasoning_effort", effort);
                body.String("reasoning_format", reasoning?.Output is { } shown ? shown == ReasoningOutput.None ? "hidden" : "parsed" : null);
                break;
            case ReasoningRequest.Effort:
                body.String("reasoning_effort", effort);
                break;
        }
    }
}
