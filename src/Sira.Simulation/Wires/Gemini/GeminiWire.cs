using System.Text.Json;
using Sira.Simulation.Answers;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires.Gemini;

/// <summary>Gemini's generateContent and streamGenerateContent. Streams break lines with CRLF and have no terminator; each chunk repeats the usage so far.</summary>
internal sealed class GeminiWire : Wire
{
    /// <inheritdoc />
    public override SimulatedWire Kind => SimulatedWire.GeminiContent;

    /// <inheritdoc />
    public override ErrorShape Errors => GeminiErrorShape.Instance;

    /// <inheritdoc />
    public override string JsonMediaType => "application/json; charset=UTF-8";

    /// <inheritdoc />
    public override string StreamMediaType => "text/event-stream";

    /// <inheritdoc />
    public override SimulatedPrompt Read(string path, JsonElement body) => GeminiReader.Read(path, body);

    /// <inheritdoc />
    public override byte[] WriteBody(WireAnswer answer) => JsonWriting.Write(json =>
    {
        var finished = answer.Answer;
        var thinks = ShowsThoughts(answer);
        Write(json, answer, finished.OutputTokens - finished.ReasoningTokens, last: true, parts =>
        {
            if (thinks)
            {
                WriteText(parts, finished.WholeReasoning, thought: true);
            }

            if (finished.Text.Count > 0 || finished.ToolCalls.Count == 0)
            {
                WriteText(parts, finished.WholeText, signature: thinks ? Signature(answer) : null);
            }

            for (var i = 0; i < finished.ToolCalls.Count; i++)
            {
                WriteCall(parts, answer, i);
            }
        });
    });

    /// <inheritdoc />
    public override IReadOnlyList<Frame> WriteStream(WireAnswer answer)
    {
        var writer = new EventWriter("\r\n");
        var finished = answer.Answer;
        var thoughts = ShowsThoughts(answer) ? finished.Reasoning : [];
        var chunks = thoughts.Count + finished.Text.Count + finished.ToolCalls.Count;
        if (chunks == 0)
        {
            writer.Write(FrameKind.Lifecycle, null, json => Write(json, answer, 0, last: true, static parts => WriteText(parts, "")));
            return writer.Frames;
        }

        var done = 0;
        void WriteChunk(int outputTokens, Action<Utf8JsonWriter> parts)
        {
            var last = ++done == chunks;
            writer.Write(FrameKind.Token, null, json => Write(json, answer, last ? finished.OutputTokens - finished.ReasoningTokens : outputTokens, last, parts));
        }

        foreach (var token in thoughts)
        {
            WriteChunk(0, parts => WriteText(parts, token, thought: true));
        }

        for (var i = 0; i < finished.Text.Count; i++)
        {
            var token = finished.Text[i];
            var signature = thoughts.Count > 0 && done + 1 == chunks ? Signature(answer) : null;
            WriteChunk(i + 1, parts => WriteText(parts, token, signature: signature));
        }

        for (var i = 0; i < finished.ToolCalls.Count; i++)
        {
            var call = i;
            WriteChunk(finished.Text.Count, parts => WriteCall(parts, answer, call));
        }

        return writer.Frames;
    }

    private static void Write(Utf8JsonWriter json, WireAnswer answer, int outputTokens, bool last, Action<Utf8JsonWriter> parts)
    {
        json.WriteStartObject();
        json.WriteStartArray("candidates");
        json.WriteStartObject();
        json.WriteStartObject("content");
        json.WriteStartArray("parts");
        parts(json);
        json.WriteEndArray();
        json.WriteString("role", "model");
        json.WriteEndObject();
        if (last && !answer.OmitFinish)
        {
            json.WriteString("finishReason", answer.Answer.Finish switch
            {
                SimulatedFinishReason.Length => "MAX_TOKENS",
                SimulatedFinishReason.ContentFilter => "SAFETY",
                _ => "STOP", // Also for function calls: Gemini has no reason of its own for them.
            });
        }

        json.WriteNumber("index", 0);
        json.WriteEndObject();
        json.WriteEndArray();
        WriteUsage(json, answer.Answer, outputTokens);
        json.WriteString("modelVersion", answer.Answer.Model);
        json.WriteString("responseId", answer.Ids.Letters("id", 23));
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string text, bool thought = false, string? signature = null)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        if (thought)
        {
            json.WriteBoolean("thought", true);
        }

        if (signature is not null)
        {
            json.WriteString("thoughtSignature", signature);
        }

        json.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter json, WireAnswer answer, int index)
    {
        var call = answer.Answer.ToolCalls[index];
        json.WriteStartObject();
        json.WriteStartObject("functionCall");
        if (call.Id is not null)
        {
            json.WriteString("id", call.Id);
        }

        json.WriteString("name", call.Name);
        json.WritePropertyName("args");
        call.ParseArguments().WriteTo(json);
        json.WriteEndObject();
        if (index == 0 && answer.Answer.ReasoningTokens > 0)
        {
            json.WriteString("thoughtSignature", Signature(answer)); // Only the first of parallel calls carries one.
        }

        json.WriteEndObject();
    }

    // Unlike OpenAI's, candidatesTokenCount leaves the thoughts out.
    private static void WriteUsage(Utf8JsonWriter json, FinishedAnswer answer, int outputTokens)
    {
        json.WriteStartObject("usageMetadata");
        json.WriteNumber("promptTokenCount", answer.InputTokens);
        json.WriteNumber("candidatesTokenCount", outputTokens);
        json.WriteNumber("totalTokenCount", answer.InputTokens + outputTokens + answer.ReasoningTokens);
        if (answer.CachedInputTokens > 0)
        {
            json.WriteNumber("cachedContentTokenCount", answer.CachedInputTokens);
        }

        WriteDetails(json, "promptTokensDetails", answer.InputTokens);
        if (answer.CachedInputTokens > 0)
        {
            WriteDetails(json, "cacheTokensDetails", answer.CachedInputTokens);
        }

        if (answer.ReasoningTokens > 0)
        {
            json.WriteNumber("thoughtsTokenCount", answer.ReasoningTokens);
        }

        json.WriteString("serviceTier", "standard");
        json.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter json, string name, int count)
    {
        json.WriteStartArray(name);
        json.WriteStartObject();
        json.WriteString("modality", "TEXT");
        json.WriteNumber("tokenCount", count);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static bool ShowsThoughts(WireAnswer answer) => answer.Prompt.ReasoningVisible && answer.Answer.Reasoning.Count > 0;

    private static string Signature(WireAnswer answer) => answer.Ids.Opaque("signature", 96);
}
