using System.Text.Json;
using Sira.Simulation.Answers;
using Sira.Simulation.Generation;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires.Anthropic;

/// <summary>Anthropic messages.</summary>
internal sealed class AnthropicWire : Wire
{
    /// <inheritdoc />
    public override SimulatedWire Kind => SimulatedWire.AnthropicMessages;

    /// <inheritdoc />
    public override ErrorShape Errors => AnthropicErrorShape.Instance;

    /// <inheritdoc />
    public override SimulatedPrompt Read(string path, JsonElement body) => AnthropicReader.Read(body);

    /// <inheritdoc />
    public override byte[] WriteBody(WireAnswer answer) => JsonWriting.Write(json =>
    {
        json.WriteStartObject();
        WriteMessage(json, answer, partial: false);
        json.WriteEndObject();
    });

    /// <inheritdoc />
    public override IReadOnlyList<Frame> WriteStream(WireAnswer answer)
    {
        var writer = new EventWriter();
        Write(writer, FrameKind.Lifecycle, "message_start", json =>
        {
            json.WriteStartObject("message");
            WriteMessage(json, answer, partial: true);
            json.WriteEndObject();
        });
        var index = 0;
        if (ShowsThinking(answer))
        {
            WriteStart(writer, index, static json => WriteThinking(json, "", ""));
            WriteDeltas(writer, index, "thinking_delta", "thinking", answer.Answer.Reasoning);
            WriteDeltas(writer, FrameKind.Lifecycle, index, "signature_delta", "signature", [Signature(answer)]);
            WriteStop(writer, index++);
        }

        if (answer.Answer.Text.Count > 0)
        {
            WriteStart(writer, index, static json => WriteText(json, ""));
            WriteDeltas(writer, index, "text_delta", "text", answer.Answer.Text);
            WriteStop(writer, index++);
        }

        for (var i = 0; i < answer.Answer.ToolCalls.Count; i++)
        {
            var call = i;
            WriteStart(writer, index, json => WriteToolUse(json, answer, call, withInput: false), FrameKind.Token);
            WriteDeltas(writer, FrameKind.Lifecycle, index, "input_json_delta", "partial_json", [""]);
            var arguments = answer.Answer.ToolCalls[i].Arguments;
            WriteDeltas(writer, index, "input_json_delta", "partial_json", arguments == "{}" ? [] : SimulatedTokenizer.Split(arguments));
            WriteStop(writer, index++);
        }

        if (!answer.OmitFinish)
        {
            Write(writer, FrameKind.Lifecycle, "message_delta", json =>
            {
                json.WriteStartObject("delta");
                WriteStopReason(json, answer, partial: false);
                json.WriteEndObject();
                json.WriteStartObject("usage");
                WriteInputUsage(json, answer.Answer);
                WriteOutputUsage(json, answer.Answer);
                json.WriteEndObject();
            });
        }

        Write(writer, FrameKind.Terminator, "message_stop", static _ => { });
        return writer.Frames;
    }

    private static void WriteMessage(Utf8JsonWriter json, WireAnswer answer, bool partial)
    {
        json.WriteString("model", answer.Answer.Model);
        json.WriteString("id", "msg_01" + answer.Ids.Letters("id", 22));
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteStartArray("content");
        if (!partial)
        {
            WriteBlocks(json, answer);
        }

        json.WriteEndArray();
        WriteStopReason(json, answer, partial);
        json.WriteStartObject("usage");
        WriteInputUsage(json, answer.Answer);
        json.WriteStartObject("cache_creation");
        json.WriteNumber("ephemeral_5m_input_tokens", answer.Answer.CacheWriteTokens);
        json.WriteNumber("ephemeral_1h_input_tokens", 0);
        json.WriteEndObject();
        if (partial)
        {
            json.WriteNumber("output_tokens", Math.Min(1, answer.Answer.OutputTokens));
        }
        else
        {
            WriteOutputUsage(json, answer.Answer);
        }

        json.WriteString("service_tier", "standard");
        json.WriteString("inference_geo", "not_available");
        json.WriteEndObject();
    }

    private static void WriteBlocks(Utf8JsonWriter json, WireAnswer answer)
    {
        if (ShowsThinking(answer))
        {
            WriteBlock(json, inner => WriteThinking(inner, answer.Answer.WholeReasoning, Signature(answer)));
        }

        if (answer.Answer.Text.Count > 0)
        {
            WriteBlock(json, inner => WriteText(inner, answer.Answer.WholeText));
        }

        for (var i = 0; i < answer.Answer.ToolCalls.Count; i++)
        {
            var call = i;
            WriteBlock(json, inner => WriteToolUse(inner, answer, call, withInput: true));
        }
    }

    private static void WriteBlock(Utf8JsonWriter json, Action<Utf8JsonWriter> write)
    {
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }

    private static void WriteThinking(Utf8JsonWriter json, string thinking, string signature)
    {
        json.WriteString("type", "thinking");
        json.WriteString("thinking", thinking);
        json.WriteString("signature", signature);
    }

    private static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteString("type", "text");
        json.WriteString("text", text);
    }

    private static void WriteToolUse(Utf8JsonWriter json, WireAnswer answer, int index, bool withInput)
    {
        var call = answer.Answer.ToolCalls[index];
        json.WriteString("type", "tool_use");
        json.WriteString("id", answer.CallId(index, "toolu_"));
        json.WriteString("name", call.Name);
        json.WritePropertyName("input");
        if (withInput)
        {
            call.ParseArguments().WriteTo(json);
        }
        else
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }

        json.WriteStartObject("caller");
        json.WriteString("type", "direct");
        json.WriteEndObject();
    }

    private static void WriteStart(EventWriter writer, int index, Action<Utf8JsonWriter> block, FrameKind kind = FrameKind.Lifecycle)
    {
        Write(writer, kind, "content_block_start", json =>
        {
            json.WriteNumber("index", index);
            json.WriteStartObject("content_block");
            block(json);
            json.WriteEndObject();
        });
        if (index == 0)
        {
            Write(writer, FrameKind.Lifecycle, "ping", static _ => { });
        }
    }

    private static void WriteDeltas(EventWriter writer, int index, string type, string name, IReadOnlyList<string> tokens) =>
        WriteDeltas(writer, FrameKind.Token, index, type, name, tokens);

    private static void WriteDeltas(EventWriter writer, FrameKind kind, int index, string type, string name, IReadOnlyList<string> tokens)
    {
        foreach (var token in tokens)
        {
            Write(writer, kind, "content_block_delta", json =>
            {
                json.WriteNumber("index", index);
                json.WriteStartObject("delta");
                json.WriteString("type", type);
                json.WriteString(name, token);
                json.WriteEndObject();
            });
        }
    }

    private static void WriteStop(EventWriter writer, int index) => Write(writer, FrameKind.Lifecycle, "content_block_stop", json => json.WriteNumber("index", index));

    private static void Write(EventWriter writer, FrameKind kind, string name, Action<Utf8JsonWriter> rest) => writer.Write(kind, name, json =>
    {
        json.WriteStartObject();
        json.WriteString("type", name);
        rest(json);
        json.WriteEndObject();
    });

    private static void WriteStopReason(Utf8JsonWriter json, WireAnswer answer, bool partial)
    {
        json.WriteString("stop_reason", partial || answer.OmitFinish ? null : answer.Answer.Finish switch
        {
            SimulatedFinishReason.Length => "max_tokens",
            SimulatedFinishReason.ToolCalls => "tool_use",
            SimulatedFinishReason.ContentFilter => "refusal",
            _ => "end_turn",
        });
        json.WriteNull("stop_sequence");
        json.WriteNull("stop_details");
    }

    // Anthropic's input_tokens leaves out what came from the cache or went into it.
    private static void WriteInputUsage(Utf8JsonWriter json, FinishedAnswer answer)
    {
        json.WriteNumber("input_tokens", answer.InputTokens - answer.CachedInputTokens - answer.CacheWriteTokens);
        json.WriteNumber("cache_creation_input_tokens", answer.CacheWriteTokens);
        json.WriteNumber("cache_read_input_tokens", answer.CachedInputTokens);
    }

    private static void WriteOutputUsage(Utf8JsonWriter json, FinishedAnswer answer)
    {
        json.WriteNumber("output_tokens", answer.OutputTokens);
        if (answer.ReasoningTokens > 0)
        {
            json.WriteStartObject("output_tokens_details");
            json.WriteNumber("thinking_tokens", answer.ReasoningTokens);
            json.WriteEndObject();
        }
    }

    private static bool ShowsThinking(WireAnswer answer) => answer.Prompt.ReasoningVisible && answer.Answer.Reasoning.Count > 0;

    private static string Signature(WireAnswer answer) => answer.Ids.Opaque("signature", 96);
}
