using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sira.Backends.OpenAIChat;
using Sira.Backends.OpenAIChat.Requests;
using Sira.Backends.Wire;
using Sira.Testing.Recordings;

namespace Sira.Backends.Tests.OpenAIChat;

/// <summary>What real providers accepted, read into MEAI and written again.</summary>
public sealed class OpenAIChatRecordedRequestTests
{
    [Fact]
    public void ReadThenWrite_RecordedRequests_GivesTheSameJson()
    {
        var recordings = RecordingLibrary.Load("chat_completions", RecordedDialects.Providers).Where(static recording => recording.RequestBody.ValueKind == JsonValueKind.Object).ToList();
        Assert.SkipWhen(recordings.Count == 0, RecordingLibrary.MissingReason);
        var differences = new Dictionary<string, string>();
        foreach (var recording in recordings)
        {
            var expected = Normalize(JsonNode.Parse(recording.RequestBody.GetRawText())!.AsObject());
            var actual = Normalize(RoundTrip(recording));
            if (FindDifference(expected, actual, "$") is { } difference)
            {
                differences[recording.Id] = difference;
            }
        }

        KnownDifferences.Check("request", differences, recordings.Select(static recording => recording.Id));
    }

    private static JsonObject RoundTrip(Recording recording)
    {
        var dialect = RecordedDialects.For(recording.Provider);
        var request = OpenAIChatRequestReader.Read(recording.RequestBody, dialect);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            new OpenAIChatWireFormat(dialect).WriteRequest(writer, new WireRequest(request.ModelId, request.Messages, request.Options, request.Streaming));
        }

        return JsonNode.Parse(Encoding.UTF8.GetString(stream.ToArray()))!.AsObject();
    }

    /// <summary>The equivalences that the protocol documents. Everything else must be equal.</summary>
    private static JsonObject Normalize(JsonObject body)
    {
        // Null is absent, false is the default of "stream", and whether a stream reports its usage is the transport's choice.
        RemoveNulls(body);
        if (body["stream"] is JsonValue stream && !stream.GetValue<bool>())
        {
            body.Remove("stream");
        }

        body.Remove("stream_options");
        // Two names of one limit; text is the default format.
        if (body["max_completion_tokens"] is { } limit)
        {
            body["max_tokens"] = limit.DeepClone();
            body.Remove("max_completion_tokens");
        }

        if (body["stop"] is JsonValue stop)
        {
            body["stop"] = new JsonArray(stop.DeepClone());
        }

        foreach (var tool in body["tools"] as JsonArray ?? [])
        {
            NormalizeTool(tool);
        }

        foreach (var message in body["messages"]!.AsArray())
        {
            NormalizeMessage(message!.AsObject());
        }

        return body;
    }

    private static void NormalizeTool(JsonNode? tool)
    {
        if (tool?["function"] is not JsonObject function)
        {
            return;
        }

        // No description and an empty one are the same, and so are no parameters and no properties.
        if (function["description"]?.GetValue<string>().Length == 0)
        {
            function.Remove("description");
        }

        function["parameters"] ??= JsonNode.Parse("""{"type":"object","properties":{}}""");
    }

    private static void NormalizeMessage(JsonObject message)
    {
        // One text part is a string; an assistant's several text parts are their concatenation; nothing is an empty string.
        if (message["content"] is JsonArray parts)
        {
            foreach (var part in parts)
            {
                // Mistral takes both forms of an image's address.
                if (part?["image_url"] is JsonValue address)
                {
                    part["image_url"] = new JsonObject { ["url"] = address.DeepClone() };
                }
            }

            var plain = parts.All(static part => part!["type"]!.GetValue<string>() == "text" && part["cache_control"] is null);
            if (plain && (parts.Count <= 1 || message["role"]!.GetValue<string>() == "assistant"))
            {
                message["content"] = string.Concat(parts.Select(static part => part!["text"]!.GetValue<string>()));
            }
        }

        foreach (var part in message["content"] as JsonArray ?? [])
        {
            // Thinking may come in several pieces of text.
            if (part?["thinking"] is JsonArray pieces)
            {
                part["thinking"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = string.Concat(pieces.Select(static piece => piece!["text"]!.GetValue<string>())) });
            }
        }

        message["content"] ??= string.Empty;
        if (message["tool_calls"] is JsonArray { Count: 0 })
        {
            message.Remove("tool_calls");
        }

        // A provider's own annotations of its earlier answer say nothing to it.
        message.Remove("annotations");
        // Ollama reads either.
        if (message["reasoning"] is not null)
        {
            message.Remove("reasoning_content");
        }

        foreach (var call in message["tool_calls"] as JsonArray ?? [])
        {
            // Position and type are implied; arguments are JSON in a string.
            call!.AsObject().Remove("index");
            call["type"] ??= "function";
            var arguments = call["function"]!["arguments"]?.GetValue<string>();
            call["function"]!["arguments"] = JsonNode.Parse(string.IsNullOrEmpty(arguments) ? "{}" : arguments);
        }
    }

    private static void RemoveNulls(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var name in members.Where(static member => member.Value is null).Select(static member => member.Key).ToList())
            {
                members.Remove(name);
            }
        }

        foreach (var child in node switch
        {
            JsonObject parent => parent.Select(static member => member.Value),
            JsonArray array => array,
            _ => [],
        })
        {
            RemoveNulls(child);
        }
    }

    private static string? FindDifference(JsonNode? expected, JsonNode? actual, string path)
    {
        if (JsonNode.DeepEquals(expected, actual))
        {
            return null;
        }

        if (expected is JsonObject left && actual is JsonObject right)
        {
            foreach (var name in left.Select(static member => member.Key).Union(right.Select(static member => member.Key)))
            {
                if (FindDifference(left[name], right[name], $"{path}.{name}") is { } difference)
                {
                    return difference;
                }
            }

            return null;
        }

        if (expected is JsonArray first && actual is JsonArray second && first.Count == second.Count)
        {
            return first.Select((item, i) => FindDifference(item, second[i], $"{path}[{i}]")).FirstOrDefault(static difference => difference is not null);
        }

        return $"{path}: {Short(actual)}, expected {Short(expected)}";
    }

    private static string Short(JsonNode? node) => node?.ToJsonString() is { } text ? text.Length > 300 ? text[..300] : text : "absent";
}
