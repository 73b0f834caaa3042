using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Gemini;
using Sira.Backends.Wire;

namespace Sira.Backends.Tests.Gemini;

/// <summary>Drives the wire as the transport does: JSON in, JSON out, events one by one.</summary>
internal static class GeminiTestFormat
{
    public static readonly GeminiWireFormat Format = new();

    public static JsonElement Json(string text) => JsonElement.Parse(text);

    public static string Write(IReadOnlyList<ChatMessage> messages, ChatOptions? options = null, string model = "gemini-2.5-flash")
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Format.WriteRequest(writer, new WireRequest(model, messages, options, Streaming: false));
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static string Write(ChatOptions options, string model = "gemini-2.5-flash") => Write([new ChatMessage(ChatRole.User, "Hi")], options, model);

    public static ChatResponse Read(string json) => Format.ReadResponse(Json(json));

    public static List<ChatResponseUpdate> ReadStream(params IEnumerable<string> events) => ReadStream(Format.CreateStreamReader(), events);

    public static List<ChatResponseUpdate> ReadStream(IWireStreamReader reader, IEnumerable<string> events)
    {
        var updates = new List<ChatResponseUpdate>();
        foreach (var data in events)
        {
            reader.Read("message", Encoding.UTF8.GetBytes(data), updates);
        }

        reader.Finish(updates);
        return updates;
    }

    public static IEnumerable<string> Events(byte[] stream)
    {
        using var memory = new MemoryStream(stream);
        foreach (var item in SseParser.Create(memory).Enumerate())
        {
            yield return item.Data;
        }
    }

    /// <summary>Compares as JSON, member order aside, and says where the first difference is.</summary>
    public static void AssertJson(string expected, string actual)
    {
        var difference = FindDifference(JsonNode.Parse(expected), JsonNode.Parse(actual));
        Assert.True(difference is null, $"{difference}{Environment.NewLine}in {actual}");
    }

    public static string? FindDifference(JsonNode? expected, JsonNode? actual, string path = "$")
    {
        if (JsonNode.DeepEquals(expected, actual))
        {
            return null;
        }

        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                foreach (var name in left.Select(member => member.Key).Union(right.Select(member => member.Key)))
                {
                    if (!left.ContainsKey(name) || !right.ContainsKey(name))
                    {
                        return $"{path}.{name} is {(left.ContainsKey(name) ? "missing" : "too much")}";
                    }

                    if (FindDifference(left[name], right[name], $"{path}.{name}") is { } found)
                    {
                        return found;
                    }
                }

                break;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                for (var i = 0; i < left.Count; i++)
                {
                    if (FindDifference(left[i], right[i], $"{path}[{i}]") is { } found)
                    {
                        return found;
                    }
                }

                break;
        }

        return $"{path}: expected {Cut(expected)} but was {Cut(actual)}";
    }

    private static string Cut(JsonNode? node) => (node?.ToJsonString() ?? "null") is { Length: > 300 } text ? text[..300] + "…" : node?.ToJsonString() ?? "null";
}
