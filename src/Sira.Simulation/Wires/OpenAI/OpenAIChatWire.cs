using System.Text.Json;
using Sira.Simulation.Answers;
using Sira.Simulation.Generation;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires.OpenAI;

/// <summary>OpenAI chat completions.</summary>
internal sealed class OpenAIChatWire : Wire
{
    /// <inheritdoc />
    public override SimulatedWire Kind => SimulatedWire.OpenAIChat;

    /// <inheritdoc />
    public override ErrorShape Errors => OpenAIErrorShape.Chat;

    /// <inheritdoc />
    public override IReadOnlyList<KeyValuePair<string, string>> Headers => OpenAIErrorShape.CommonHeaders;

    /// <inheritdoc />
    public override SimulatedPrompt Read(string path, JsonElement body) => OpenAIChatReader.Read(path, body);

    /// <inheritdoc />
    public override byte[] WriteBody(WireAnswer answer) => JsonWriting.Write(json =>
    {
        json.WriteStartObject();
        WriteHead(json, answer, "chat.completion");
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        WriteMessage(json, answer);
        json.WriteNull("logprobs");
        WriteFinish(json, answer);
        json.WriteEndObject();
        json.WriteEndArray();
        WriteUsage(json, answer.Answer);
        json.WriteString("service_tier", "default");
        json.WriteString("system_fingerprint", Fingerprint(answer));
        json.WriteEndObject();
    });

    /// <inheritdoc />
    public override IReadOnlyList<Frame> WriteStream(WireAnswer answer)
    {
        var writer = new EventWriter();
        var calls = answer.Answer.ToolCalls;
        WriteChunk(writer, FrameKind.Lifecycle, answer, json =>
        {
            json.WriteString("role", "assistant");
            if (calls.Count > 0 && answer.Answer.Text.Count == 0)
            {
                json.WriteNull("content");
            }
            else
            {
                json.WriteString("content", "");
            }

            json.WriteNull("refusal");
        });
        if (answer.Options.ReasoningField is { } field)
        {
            foreach (var token in answer.Answer.Reasoning)
            {
                WriteChunk(writer, FrameKind.Token, answer, json => json.WriteString(field, token));
            }
        }

        foreach (var token in answer.Answer.Text)
        {
            WriteChunk(writer, FrameKind.Token, answer, json => json.WriteString("content", token));
        }

        for (var i = 0; i < calls.Count; i++)
        {
            WriteCall(writer, answer, i);
        }

        if (!answer.OmitFinish)
        {
            WriteChunk(writer, FrameKind.Lifecycle, answer, static _ => { }, finish: true);
        }

        if (answer.Prompt.IncludeUsage)
        {
            writer.Write(FrameKind.Lifecycle, null, json => WriteChunk(json, answer, static inner => inner.WriteEndArray(), withUsage: true));
        }

        writer.Write(FrameKind.Terminator, "[DONE]");
        return writer.Frames;
    }

    private static void WriteCall(EventWriter writer, WireAnswer answer, int index)
    {
        var call = answer.Answer.ToolCalls[index];
        WriteChunk(writer, FrameKind.Token, answer, json => WriteToolCalls(json, index, inner =>
        {
            inner.WriteString("id", answer.CallId(index, "call_"));
            inner.WriteString("type", "function");
            inner.WriteStartObject("function");
            inner.WriteString("name", call.Name);
            inner.WriteString("arguments", "");
            inner.WriteEndObject();
        }));
        foreach (var fragment in SimulatedTokenizer.Split(call.Arguments))
        {
            WriteChunk(writer, FrameKind.Token, answer, json => WriteToolCalls(json, index, inner =>
            {
                inner.WriteStartObject("function");
                inner.WriteString("arguments", fragment);
                inner.WriteEndObject();
            }));
        }
    }

    private static void WriteToolCalls(Utf8JsonWriter json, int index, Action<Utf8JsonWriter> rest)
    {
        json.WriteStartArray("tool_calls");
        json.WriteStartObject();
        json.WriteNumber("index", index);
        rest(json);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteChunk(EventWriter writer, FrameKind kind, WireAnswer answer, Action<Utf8JsonWriter> delta, bool finish = false) =>
        writer.Write(kind, null, json => WriteChunk(json, answer, inner =>
        {
            inner.WriteStartObject();
            inner.WriteNumber("index", 0);
            inner.WriteStartObject("delta");
            delta(inner);
            inner.WriteEndObject();
            inner.WriteNull("logprobs");
            if (finish)
            {
                WriteFinish(inner, answer);
            }
            else
            {
                inner.WriteNull("finish_reason");
            }

            inner.WriteEndObject();
            inner.WriteEndArray();
        }));

    private static void WriteChunk(Utf8JsonWriter json, WireAnswer answer, Action<Utf8JsonWriter> choices, bool withUsage = false)
    {
        json.WriteStartObject();
        WriteHead(json, answer, "chat.completion.chunk");
        json.WriteString("service_tier", "default");
        json.WriteString("system_fingerprint", Fingerprint(answer));
        json.WriteStartArray("choices");
        choices(json);
        if (withUsage)
        {
            WriteUsage(json, answer.Answer);
        }
        else if (answer.Prompt.IncludeUsage)
        {
            json.WriteNull("usage");
        }

        json.WriteString("obfuscation", answer.Ids.Letters("obfuscation", 11));
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, WireAnswer answer, string kind)
    {
        json.WriteString("id", "chatcmpl-" + answer.Ids.Letters("id", 29));
        json.WriteString("object", kind);
        json.WriteNumber("created", answer.Created);
        json.WriteString("model", answer.Answer.Model);
    }

    private static void WriteMessage(Utf8JsonWriter json, WireAnswer answer)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        if (answer.Answer.Text.Count == 0 && answer.Answer.ToolCalls.Count > 0)
        {
            json.WriteNull("content");
        }
        else
        {
            json.WriteString("content", answer.Answer.WholeText);
        }

        if (answer.Options.ReasoningField is { } field && answer.Answer.Reasoning.Count > 0)
        {
            json.WriteString(field, answer.Answer.WholeReasoning);
        }

        if (answer.Answer.ToolCalls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            for (var i = 0; i < answer.Answer.ToolCalls.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("id", answer.CallId(i, "call_"));
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", answer.Answer.ToolCalls[i].Name);
                json.WriteString("arguments", answer.Answer.ToolCalls[i].Arguments);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteNull("refusal");
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFinish(Utf8JsonWriter json, WireAnswer answer)
    {
        if (answer.OmitFinish)
        {
            json.WriteNull("finish_reason");
            return;
        }

        json.WriteString("finish_reason", answer.Answer.Finish switch
        {
            SimulatedFinishReason.Length => "length",
            SimulatedFinishReason.ToolCalls => "tool_calls",
            SimulatedFinishReason.ContentFilter => "content_filter",
            _ => "stop",
        });
    }

    private static void WriteUsage(Utf8JsonWriter json, FinishedAnswer answer)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", answer.InputTokens);
        json.WriteNumber("completion_tokens", answer.OutputTokens);
        json.WriteNumber("total_tokens", answer.InputTokens + answer.OutputTokens);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", answer.CachedInputTokens);
        json.WriteNumber("audio_tokens", 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", answer.ReasoningTokens);
        json.WriteNumber("audio_tokens", 0);
        json.WriteNumber("accepted_prediction_tokens", 0);
        json.WriteNumber("rejected_prediction_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Fingerprint(WireAnswer answer) => "fp_" + answer.Ids.Hex("fingerprint", 10);
}
