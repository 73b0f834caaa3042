using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Anthropic;
using Sira.Backends.Wire;

namespace Sira.Backends.Tests.Anthropic;

/// <summary>Drives the wire as the transport does.</summary>
internal static class AnthropicWire
{
    public static AnthropicWireFormat Format { get; } = new();

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static JsonNode Write(IReadOnlyList<ChatMessage> messages, ChatOptions? options = null, string model = "claude-opus-5", bool streaming = false, AnthropicWireOptions? wire = null)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            new AnthropicWireFormat(wire).WriteRequest(writer, new WireRequest(model, messages, options, streaming));
        }

        return JsonNode.Parse(stream.ToArray())!;
    }

    public static JsonNode Write(ChatWireRequest request) => Write(request.Messages, request.Options, request.ModelId, request.Streaming);

    public static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {JsonNode.Parse(expected)!.ToJsonString()}\n but was {actual?.ToJsonString()}");

    public static ChatResponse Respond(string json) => Format.ReadResponse(Json(json));

    public static List<ChatResponseUpdate> Stream(string events, out IWireStreamReader reader)
    {
        reader = Format.CreateStreamReader();
        var updates = new List<ChatResponseUpdate>();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(events));
        foreach (var item in SseParser.Create(stream, static (_, data) => data.ToArray()).Enumerate())
        {
            reader.Read(item.EventType, item.Data, updates);
        }

        reader.Finish(updates);
        return updates;
    }

    public static List<ChatResponseUpdate> Stream(string events) => Stream(events, out _);

    /// <summary>Writes events as the provider does: the type in the event field and in the data.</summary>
    public static string Events(params string[] data) =>
        string.Concat(data.Select(json => $"event: {JsonNode.Parse(json)!["type"]}\ndata: {json}\n\n"));
}
