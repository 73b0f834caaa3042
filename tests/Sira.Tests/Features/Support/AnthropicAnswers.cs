using System.Text.Json.Nodes;

namespace Sira.Tests.Features.Support;

/// <summary>Answers of Anthropic's messages.</summary>
internal static class AnthropicAnswers
{
    private const string Usage = """{"input_tokens":500,"cache_read_input_tokens":400,"cache_creation_input_tokens":100,"output_tokens":300,"output_tokens_details":{"thinking_tokens":200}}""";

    public static JsonObject Body(WireAnswer answer)
    {
        var body = Message(new JsonArray([.. Blocks(answer)]), Stop(answer), answer.HasUsage);
        AddRefusal(body, answer);
        return body;
    }

    public static string Stream(WireAnswer answer)
    {
        var text = WireAnswer.Event(new JsonObject { ["type"] = "message_start", ["message"] = Message([], null, answer.HasUsage) }, "message_start") + "event: ping\ndata: {\"type\":\"ping\"}\n\n";
        var index = 0;
        foreach (var block in Blocks(answer))
        {
            text += WriteBlock(block, index++);
        }

        var delta = new JsonObject { ["stop_reason"] = Stop(answer), ["stop_sequence"] = null };
        AddRefusal(delta, answer);
        var end = new JsonObject { ["type"] = "message_delta", ["delta"] = delta };
        if (answer.HasUsage)
        {
            end["usage"] = new JsonObject { ["output_tokens"] = 300 };
        }

        return text + WireAnswer.Event(end, "message_delta") + WireAnswer.Event(new JsonObject { ["type"] = "message_stop" }, "message_stop");
    }

    private static string WriteBlock(JsonObject block, int index)
    {
        var (start, deltas) = Split(block);
        var text = WireAnswer.Event(new JsonObject { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = start }, "content_block_start");
        foreach (var delta in deltas)
        {
            text += WireAnswer.Event(new JsonObject { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = delta }, "content_block_delta");
        }

        return text + WireAnswer.Event(new JsonObject { ["type"] = "content_block_stop", ["index"] = index }, "content_block_stop");
    }

    private static (JsonObject Start, JsonObject[] Deltas) Split(JsonObject block) => (string?)block["type"] switch
    {
        "thinking" => (new JsonObject { ["type"] = "thinking", ["thinking"] = string.Empty, ["signature"] = string.Empty },
            [new JsonObject { ["type"] = "thinking_delta", ["thinking"] = (string?)block["thinking"] }, new JsonObject { ["type"] = "signature_delta", ["signature"] = (string?)block["signature"] }]),
        "tool_use" => (new JsonObject { ["type"] = "tool_use", ["id"] = (string?)block["id"], ["name"] = (string?)block["name"], ["input"] = new JsonObject() },
            [.. Halves(block["input"]!.ToJsonString()).Select(half => new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = half })]),
        _ => (new JsonObject { ["type"] = "text", ["text"] = string.Empty, ["citations"] = block["citations"] is null ? null : new JsonArray() },
            [.. Halves((string)block["text"]!).Select(half => new JsonObject { ["type"] = "text_delta", ["text"] = half }),
             .. block["citations"] is JsonArray citations ? citations.Select(citation => new JsonObject { ["type"] = "citations_delta", ["citation"] = citation!.DeepClone() }) : []]),
    };

    private static string[] Halves(string text) => [text[..(text.Length / 2)], text[(text.Length / 2)..]];

    private static IEnumerable<JsonObject> Blocks(WireAnswer answer)
    {
        if (answer.Reasoning is { } reasoning)
        {
            yield return new JsonObject { ["type"] = "thinking", ["thinking"] = reasoning, ["signature"] = answer.Signature ?? "c2ln" };
        }

        if (answer.Text is { } text)
        {
            var block = new JsonObject { ["type"] = "text", ["text"] = text };
            if (answer.Citation is { } url)
            {
                block["citations"] = new JsonArray(new JsonObject { ["type"] = "web_search_result_location", ["url"] = url, ["title"] = "Source", ["cited_text"] = "…", ["encrypted_index"] = "x" });
            }

            yield return block;
        }

        foreach (var (id, name, arguments) in answer.Calls)
        {
            yield return new JsonObject { ["type"] = "tool_use", ["id"] = id, ["name"] = name, ["input"] = JsonNode.Parse(arguments) };
        }
    }

    private static void AddRefusal(JsonObject end, WireAnswer answer)
    {
        if (answer.Refusal is { } refusal)
        {
            end["stop_details"] = new JsonObject { ["type"] = "refusal", ["explanation"] = refusal };
        }
    }

    private static string Stop(WireAnswer answer) => answer switch
    {
        { Refusal: not null } or { End: "filter" } => "refusal",
        { End: "length" } => "max_tokens",
        _ => answer.Calls.Length > 0 ? "tool_use" : "end_turn",
    };

    private static JsonObject Message(JsonArray content, string? stop, bool hasUsage)
    {
        var message = new JsonObject { ["id"] = "msg_1", ["type"] = "message", ["role"] = "assistant", ["model"] = "some-model-2026", ["content"] = content, ["stop_reason"] = stop, ["stop_sequence"] = null };
        if (hasUsage)
        {
            message["usage"] = JsonNode.Parse(Usage);
        }

        return message;
    }
}
