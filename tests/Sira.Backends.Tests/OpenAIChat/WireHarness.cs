using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Wire;

namespace Sira.Backends.Tests.OpenAIChat;

/// <summary>Drives the wire without HTTP.</summary>
internal static class WireHarness
{
    public static OpenAIDialect Dialect(string name) => OpenAIDialects.All.Single(dialect => dialect.Name == name);

    public static string Write(string dialect, IReadOnlyList<ChatMessage> messages, ChatOptions? options = null, bool streaming = false)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            new OpenAIChatWireFormat(Dialect(dialect)).WriteRequest(writer, new WireRequest("m", messages, options, streaming));
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Returns what a message becomes.</summary>
    public static string WriteMessage(string dialect, ChatMessage message) => Member(Write(dialect, [message]), "messages").TrimStart('[').TrimEnd(']');

    /// <summary>Returns the members that options add to the smallest request.</summary>
    public static string WriteOptions(string dialect, ChatOptions options)
    {
        const string Smallest = """{"model":"m","messages":[]""";
        var written = Write(dialect, [], options);
        Assert.StartsWith(Smallest, written, StringComparison.Ordinal);
        return written[Smallest.Length..].TrimStart(',').TrimEnd('}') is { Length: > 0 } ? $"{{{written[Smallest.Length..].TrimStart(',')}" : "{}";
    }

    public static ChatResponse Read(string dialect, string body) => new OpenAIChatWireFormat(Dialect(dialect)).ReadResponse(JsonElement.Parse(body));

    public static List<ChatResponseUpdate> ReadStream(string dialect, params string[] events)
    {
        var reader = new OpenAIChatWireFormat(Dialect(dialect)).CreateStreamReader();
        var updates = new List<ChatResponseUpdate>();
        foreach (var data in events)
        {
            reader.Read("message", Encoding.UTF8.GetBytes(data), updates);
        }

        reader.Finish(updates);
        return updates;
    }

    private static string Member(string json, string name) => JsonElement.Parse(json).GetProperty(name).GetRawText();
}
