using System.Text.Json;
using Sira.Simulation.Generation;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires.OpenAI;

/// <summary>OpenAI responses.</summary>
internal sealed class OpenAIResponsesWire : Wire
{
    /// <inheritdoc />
    public override SimulatedWire Kind => SimulatedWire.OpenAIResponses;

    /// <inheritdoc />
    public override ErrorShape Errors => OpenAIErrorShape.Responses;

    /// <inheritdoc />
    public override IReadOnlyList<KeyValuePair<string, string>> Headers => OpenAIErrorShape.CommonHeaders;

    /// <inheritdoc />
    public override SimulatedPrompt Read(string path, JsonElement body) => OpenAIResponsesReader.Read(body);

    /// <inheritdoc />
    public override byte[] WriteBody(WireAnswer answer) => JsonWriting.Write(json => OpenAIResponseObject.Write(json, answer, finished: true));

    /// <inheritdoc />
    public override IReadOnlyList<Frame> WriteStream(WireAnswer answer)
    {
        var stream = new Stream();
        stream.Write("response.created", json => WriteResponse(json, answer, finished: false));
        stream.Write("response.in_progress", json => WriteResponse(json, answer, finished: false));
        var output = 0;
        if (OpenAIResponseObject.ShowsReasoning(answer))
        {
            WriteReasoning(stream, answer, output++);
        }

        if (OpenAIResponseObject.ShowsMessage(answer))
        {
            WriteMessage(stream, answer, output++);
        }

        for (var i = 0; i < answer.Answer.ToolCalls.Count; i++)
        {
            WriteCall(stream, answer, output++, i);
        }

        if (!answer.OmitFinish)
        {
            // The finish reason and the end of the protocol are one event here.
            stream.Write(OpenAIResponseObject.IsIncomplete(answer) ? "response.incomplete" : "response.completed", json => WriteResponse(json, answer, finished: true), FrameKind.Terminator);
        }

        return stream.Frames;
    }

    private static void WriteResponse(Utf8JsonWriter json, WireAnswer answer, bool finished)
    {
        json.WritePropertyName("response");
        OpenAIResponseObject.Write(json, answer, finished);
    }

    private static void WriteReasoning(Stream stream, WireAnswer answer, int output)
    {
        var id = OpenAIResponseObject.ItemId(answer, "rs_", 0);
        stream.WriteItem("response.output_item.added", output, json => OpenAIResponseObject.WriteReasoningItem(json, answer, finished: false));
        if (answer.Prompt.ReasoningVisible && answer.Answer.Reasoning.Count > 0)
        {
            void WriteText(string name, FrameKind kind, Action<Utf8JsonWriter> rest) => stream.Write(name, json =>
            {
                json.WriteString("item_id", id);
                json.WriteNumber("output_index", output);
                json.WriteNumber("summary_index", 0);
                rest(json);
            }, kind);

            WriteText("response.reasoning_summary_part.added", FrameKind.Lifecycle, static json => WriteSummaryPart(json, ""));
            foreach (var token in answer.Answer.Reasoning)
            {
                WriteText("response.reasoning_summary_text.delta", FrameKind.Token, json => WriteDelta(json, answer, token));
            }

            WriteText("response.reasoning_summary_text.done", FrameKind.Lifecycle, json => json.WriteString("text", answer.Answer.WholeReasoning));
            WriteText("response.reasoning_summary_part.done", FrameKind.Lifecycle, json => WriteSummaryPart(json, answer.Answer.WholeReasoning));
        }

        stream.WriteItem("response.output_item.done", output, json => OpenAIResponseObject.WriteReasoningItem(json, answer, finished: true));
    }

    private static void WriteMessage(Stream stream, WireAnswer answer, int output)
    {
        var id = OpenAIResponseObject.ItemId(answer, "msg_", 0);
        void WriteText(string name, FrameKind kind, Action<Utf8JsonWriter> rest) => stream.Write(name, json =>
        {
            json.WriteNumber("content_index", 0);
            json.WriteString("item_id", id);
            json.WriteNumber("output_index", output);
            rest(json);
        }, kind);

        stream.WriteItem("response.output_item.added", output, json => OpenAIResponseObject.WriteMessageItem(json, answer, finished: false));
        WriteText("response.content_part.added", FrameKind.Lifecycle, static json => WritePart(json, ""));
        foreach (var token in answer.Answer.Text)
        {
            WriteText("response.output_text.delta", FrameKind.Token, json =>
            {
                WriteDelta(json, answer, token);
                WriteNone(json, "logprobs");
            });
        }

        var text = answer.Answer.WholeText;
        WriteText("response.output_text.done", FrameKind.Lifecycle, json =>
        {
            json.WriteString("text", text);
            WriteNone(json, "logprobs");
        });
        WriteText("response.content_part.done", FrameKind.Lifecycle, json => WritePart(json, text));
        stream.WriteItem("response.output_item.done", output, json => OpenAIResponseObject.WriteMessageItem(json, answer, finished: true));
    }

    private static void WriteCall(Stream stream, WireAnswer answer, int output, int index)
    {
        var id = OpenAIResponseObject.ItemId(answer, "fc_", index);
        var arguments = answer.Answer.ToolCalls[index].Arguments;
        stream.WriteItem("response.output_item.added", output, json => OpenAIResponseObject.WriteCallItem(json, answer, index, finished: false), FrameKind.Token);
        foreach (var fragment in SimulatedTokenizer.Split(arguments))
        {
            stream.Write("response.function_call_arguments.delta", json =>
            {
                WriteDelta(json, answer, fragment);
                json.WriteString("item_id", id);
                json.WriteNumber("output_index", output);
            }, FrameKind.Token);
        }

        stream.Write("response.function_call_arguments.done", json =>
        {
            json.WriteString("arguments", arguments);
            json.WriteString("item_id", id);
            json.WriteNumber("output_index", output);
        });
        stream.WriteItem("response.output_item.done", output, json => OpenAIResponseObject.WriteCallItem(json, answer, index, finished: true));
    }

    private static void WriteDelta(Utf8JsonWriter json, WireAnswer answer, string token)
    {
        json.WriteString("delta", token);
        json.WriteString("obfuscation", answer.Ids.Letters("obfuscation", 14));
    }

    private static void WritePart(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject("part");
        json.WriteString("type", "output_text");
        WriteNone(json, "annotations");
        WriteNone(json, "logprobs");
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static void WriteSummaryPart(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject("part");
        json.WriteString("type", "summary_text");
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static void WriteNone(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }

    /// <summary>The events of one response, numbered.</summary>
    private sealed class Stream
    {
        private readonly EventWriter writer = new();
        private int sequence;

        public IReadOnlyList<Frame> Frames => writer.Frames;

        public void Write(string name, Action<Utf8JsonWriter> rest, FrameKind kind = FrameKind.Lifecycle) => writer.Write(kind, name, json =>
        {
            json.WriteStartObject();
            json.WriteString("type", name);
            rest(json);
            json.WriteNumber("sequence_number", sequence++);
            json.WriteEndObject();
        });

        public void WriteItem(string name, int output, Action<Utf8JsonWriter> item, FrameKind kind = FrameKind.Lifecycle) => Write(name, json =>
        {
            json.WritePropertyName("item");
            item(json);
            json.WriteNumber("output_index", output);
        }, kind);
    }
}
