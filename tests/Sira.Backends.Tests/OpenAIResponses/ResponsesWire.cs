using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses;
using Sira.Backends.Wire;

namespace Sira.Backends.Tests.OpenAIResponses;

/// <summary>Short ways to drive the wire in tests.</summary>
internal static class ResponsesWire
{
    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static JsonElement Write(IReadOnlyList<ChatMessage> messages, ChatOptions? options = null, bool streaming = false, string model = "gpt-5", Func<string, bool>? reasons = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            new OpenAIResponsesWireFormat(reasons).WriteRequest(writer, new WireRequest(model, messages, options, streaming));
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    public static JsonElement Write(ChatMessage message, ChatOptions? options = null) => Write([message], options);

    /// <summary>Writes a conversation and returns its input items.</summary>
    public static string Input(params ChatMessage[] messages) => Write(messages).GetProperty("input").GetRawText();

    public static ChatResponse Read(string json) => new OpenAIResponsesWireFormat().ReadResponse(Json(json));

    public static ChatWireRequest ReadRequest(string json) => OpenAIResponsesRequestReader.Read(Json(json));

    public static List<ChatResponseUpdate> Stream(params string[] events) => Stream(out _, events);

    public static List<ChatResponseUpdate> Stream(out IWireStreamReader reader, params string[] events)
    {
        reader = new OpenAIResponsesWireFormat().CreateStreamReader();
        List<ChatResponseUpdate> updates = [];
        foreach (var data in events)
        {
            reader.Read("message", Encoding.UTF8.GetBytes(data), updates);
        }

        reader.Finish(updates);
        return updates;
    }

    public static List<ChatResponseUpdate> StreamSse(byte[] events, out IWireStreamReader reader)
    {
        reader = new OpenAIResponsesWireFormat().CreateStreamReader();
        List<ChatResponseUpdate> updates = [];
        foreach (var item in SseParser.Create(new MemoryStream(events), static (_, data) => data.ToArray()).Enumerate())
        {
            reader.Read(item.EventType, item.Data, updates);
        }

        reader.Finish(updates);
        return updates;
    }

    public static void AssertJson(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(Json(expected), actual), $"Expected {expected}\nActual   {actual.GetRawText()}");

    public static void AssertJson(string expected, string actual) => AssertJson(expected, Json(actual));

    /// <summary>A response around some output items.</summary>
    public static string Response(string output, string more = "") =>
        $$"""{"id":"resp_1","object":"response","created_at":1700000000,"model":"gpt-5","status":"completed","output":[{{output}}]{{more}}}""";

    /// <summary>The event that ends a stream.</summary>
    public static string Completed(string output = "", string more = "") =>
        $$"""{"type":"response.completed","response":{{Response(output, more)}}}""";
}
