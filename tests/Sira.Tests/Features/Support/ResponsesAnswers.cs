using System.Text.Json.Nodes;

namespace Sira.Tests.Features.Support;

/// <summary>Answers of OpenAI's responses.</summary>
internal static class ResponsesAnswers
{
    public static JsonObject Body(WireAnswer answer)
    {
        var body = Envelope(answer.End == "stop" ? "completed" : "incomplete");
        body["output"] = new JsonArray([.. Items(answer)]);
        if (answer.End != "stop")
        {
            body["incomplete_details"] = new JsonObject { ["reason"] = answer.End == "filter" ? "content_filter" : "max_output_tokens" };
        }

        if (answer.HasUsage)
        {
            body["usage"] = JsonNode.Parse("""
                {"input_tokens":1000,"input_tokens_details":{"cached_tokens":400,"cache_write_tokens":100},"output_tokens":300,"output_tokens_details":{"reasoning_tokens":200},"total_tokens":1300}
                """);
        }

        return body;
    }

    public static string Stream(WireAnswer answer)
    {
        var sequence = 0;
        var text = Send(new JsonObject { ["type"] = "response.created", ["response"] = Envelope("in_progress") }, ref sequence);
        var index = 0;
        foreach (var item in Items(answer))
        {
            text += WriteItem(item, index++, ref sequence);
        }

        return text + Send(new JsonObject { ["type"] = answer.End == "stop" ? "response.completed" : "response.incomplete", ["response"] = Body(answer) }, ref sequence);
    }

    private static string WriteItem(JsonObject item, int index, ref int sequence)
    {
        var announced = (JsonObject)item.DeepClone();
        announced["status"] = "in_progress";
        var fragments = new List<JsonObject>();
        switch ((string?)item["type"])
        {
            case "reasoning":
                announced["summary"] = new JsonArray();
                announced.Remove("encrypted_content");
                fragments.Add(new JsonObject { ["type"] = "response.reasoning_summary_part.added", ["summary_index"] = 0, ["part"] = new JsonObject { ["type"] = "summary_text", ["text"] = string.Empty } });
                fragments.AddRange(Halves((string)item["summary"]![0]!["text"]!).Select(half => new JsonObject { ["type"] = "response.reasoning_summary_text.delta", ["summary_index"] = 0, ["delta"] = half }));
                break;
            case "message":
                announced["content"] = new JsonArray();
                foreach (var part in item["content"]!.AsArray())
                {
                    if ((string?)part!["type"] == "refusal")
                    {
                        fragments.Add(new JsonObject { ["type"] = "response.refusal.delta", ["content_index"] = 0, ["delta"] = (string?)part["refusal"] });
                        fragments.Add(new JsonObject { ["type"] = "response.refusal.done", ["content_index"] = 0, ["refusal"] = (string?)part["refusal"] });
                        continue;
                    }

                    fragments.AddRange(Halves((string)part["text"]!).Select(half => new JsonObject { ["type"] = "response.output_text.delta", ["content_index"] = 0, ["delta"] = half }));
                    fragments.Add(new JsonObject { ["type"] = "response.output_text.done", ["content_index"] = 0, ["text"] = (string?)part["text"] });
                }

                break;
            default:
                announced["arguments"] = string.Empty;
                fragments.AddRange(Halves((string)item["arguments"]!).Select(half => new JsonObject { ["type"] = "response.function_call_arguments.delta", ["delta"] = half }));
                fragments.Add(new JsonObject { ["type"] = "response.function_call_arguments.done", ["arguments"] = (string?)item["arguments"] });
                break;
        }

        var text = Send(new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = index, ["item"] = announced }, ref sequence);
        foreach (var fragment in fragments)
        {
            fragment["output_index"] = index;
            fragment["item_id"] = (string?)item["id"];
            text += Send(fragment, ref sequence);
        }

        return text + Send(new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = index, ["item"] = item }, ref sequence);
    }

    private static string Send(JsonObject data, ref int sequence)
    {
        data["sequence_number"] = sequence++;
        return WireAnswer.Event(data, (string?)data["type"]);
    }

    private static string[] Halves(string text) => [text[..(text.Length / 2)], text[(text.Length / 2)..]];

    private static IEnumerable<JsonObject> Items(WireAnswer answer)
    {
        if (answer.Reasoning is { } reasoning)
        {
            yield return new JsonObject
            {
                ["id"] = "rs_1",
                ["type"] = "reasoning",
                ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = reasoning }),
                ["encrypted_content"] = answer.Signature ?? "ZW5j",
            };
        }

        if (answer.Text is not null || answer.Refusal is not null)
        {
            var part = answer.Refusal is { } refusal
                ? new JsonObject { ["type"] = "refusal", ["refusal"] = refusal }
                : new JsonObject { ["type"] = "output_text", ["text"] = answer.Text, ["annotations"] = new JsonArray([.. Annotations(answer)]) };
            yield return new JsonObject { ["id"] = "msg_1", ["type"] = "message", ["status"] = "completed", ["role"] = "assistant", ["content"] = new JsonArray(part) };
        }

        foreach (var (id, name, arguments) in answer.Calls)
        {
            yield return new JsonObject { ["id"] = "fc_" + id, ["type"] = "function_call", ["status"] = "completed", ["call_id"] = id, ["name"] = name, ["arguments"] = arguments };
        }
    }

    private static IEnumerable<JsonObject> Annotations(WireAnswer answer)
    {
        if (answer.Citation is { } url)
        {
            yield return new JsonObject { ["type"] = "url_citation", ["url"] = url, ["title"] = "Source", ["start_index"] = 0, ["end_index"] = answer.Text!.Length };
        }
    }

    private static JsonObject Envelope(string status) => new()
    {
        ["id"] = "resp_1",
        ["object"] = "response",
        ["created_at"] = 1_750_000_000,
        ["status"] = status,
        ["model"] = "some-model-2026",
        ["store"] = false,
        ["output"] = new JsonArray(),
        ["error"] = null,
        ["incomplete_details"] = null,
    };
}
