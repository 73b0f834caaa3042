using System.Text.Json.Nodes;

namespace Sira.Tests.Features.Support;

/// <summary>Answers of chat completions.</summary>
internal static class ChatAnswers
{
    public static JsonObject Body(WireAnswer answer)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = answer.Text };
        Add(message, answer);
        if (answer.Calls.Length > 0)
        {
            message["tool_calls"] = new JsonArray([.. answer.Calls.Select(call => Call(call.Id, call.Name, call.Arguments))]);
        }

        return Envelope("chat.completion", new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = Finish(answer) }, answer.HasUsage);
    }

    public static string Stream(WireAnswer answer)
    {
        var text = WireAnswer.Event(Chunk(new JsonObject { ["role"] = "assistant", ["content"] = string.Empty }));
        if (answer.Reasoning is { } reasoning)
        {
            text += string.Concat(Halves(reasoning).Select(half => WireAnswer.Event(Chunk(new JsonObject { ["reasoning_content"] = half }))));
        }

        text += string.Concat(Halves(answer.Text ?? string.Empty).Select(half => WireAnswer.Event(Chunk(new JsonObject { ["content"] = half }))));
        var extra = new JsonObject();
        Add(extra, answer with { Reasoning = null });
        if (extra.Count > 0)
        {
            extra["content"] = string.Empty;
            text += WireAnswer.Event(Chunk(extra));
        }

        for (var i = 0; i < answer.Calls.Length; i++)
        {
            var (id, name, arguments) = answer.Calls[i];
            var start = Call(id, name, string.Empty);
            start["index"] = i;
            text += WireAnswer.Event(Chunk(new JsonObject { ["tool_calls"] = new JsonArray(start) }));
            foreach (var half in Halves(arguments))
            {
                text += WireAnswer.Event(Chunk(new JsonObject { ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = i, ["function"] = new JsonObject { ["arguments"] = half } }) }));
            }
        }

        text += WireAnswer.Event(Chunk([], Finish(answer)));
        if (answer.HasUsage)
        {
            var last = Envelope("chat.completion.chunk", null, hasUsage: true);
            text += WireAnswer.Event(last);
        }

        return text + "data: [DONE]\n\n";
    }

    private static IEnumerable<string> Halves(string text) => text.Length < 2 ? text.Length == 0 ? [] : [text] : [text[..(text.Length / 2)], text[(text.Length / 2)..]];

    private static JsonObject Chunk(JsonObject delta, string? finish = null) =>
        Envelope("chat.completion.chunk", new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }, hasUsage: false);

    private static void Add(JsonObject message, WireAnswer answer)
    {
        if (answer.Reasoning is { } reasoning)
        {
            message["reasoning_content"] = reasoning;
        }

        if (answer.Signature is { } signature)
        {
            message["reasoning_details"] = new JsonArray(new JsonObject { ["type"] = "reasoning.encrypted", ["data"] = signature, ["index"] = 0 });
        }

        if (answer.Refusal is { } refusal)
        {
            message["refusal"] = refusal;
        }

        if (answer.Citation is { } url)
        {
            message["annotations"] = new JsonArray(new JsonObject
            {
                ["type"] = "url_citation",
                ["url_citation"] = new JsonObject { ["url"] = url, ["title"] = "Source", ["start_index"] = 0, ["end_index"] = answer.Text?.Length ?? 0 },
            });
        }
    }

    private static JsonObject Call(string id, string name, string arguments) =>
        new() { ["id"] = id, ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments } };

    private static string Finish(WireAnswer answer) => answer.End switch
    {
        "length" => "length",
        "filter" => "content_filter",
        _ => answer.Calls.Length > 0 ? "tool_calls" : "stop",
    };

    private static JsonObject Envelope(string type, JsonObject? choice, bool hasUsage)
    {
        var body = new JsonObject
        {
            ["id"] = "chatcmpl-1",
            ["object"] = type,
            ["created"] = 1_750_000_000,
            ["model"] = "some-model-2026",
            ["choices"] = choice is null ? [] : new JsonArray(choice),
        };
        if (hasUsage)
        {
            body["usage"] = JsonNode.Parse("""
                {"prompt_tokens":1000,"completion_tokens":300,"total_tokens":1300,
                 "prompt_tokens_details":{"cached_tokens":400,"cache_write_tokens":100,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":200}}
                """);
        }

        return body;
    }
}
