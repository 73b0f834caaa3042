using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sira.Backends.Tests.Anthropic;

/// <summary>Brings requests that the provider treats alike into one form. Each step is an equivalence that its documentation states.</summary>
internal static class AnthropicNormalization
{
    public static JsonObject Normalize(JsonElement body)
    {
        var request = (JsonObject)JsonNode.Parse(body.GetRawText())!;

        // stream: false is the default; a member that is null is absent.
        if (request["stream"]?.GetValueKind() == JsonValueKind.False)
        {
            request.Remove("stream");
        }

        foreach (var name in request.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            request.Remove(name);
        }

        // output_format is the beta's name of output_config.format.
        if (request.Remove("output_format", out var format))
        {
            request["output_config"] = new JsonObject { ["format"] = format };
        }

        // An empty list of tools is none.
        if (request["tools"] is JsonArray { Count: 0 })
        {
            request.Remove("tools");
        }

        // A description that is empty says nothing.
        foreach (var tool in (request["tools"] as JsonArray ?? []).OfType<JsonObject>().Where(tool => tool["description"]?.GetValueKind() == JsonValueKind.String && tool["description"]!.GetValue<string>().Length == 0))
        {
            tool.Remove("description");
        }

        if (request.ContainsKey("system"))
        {
            request["system"] = Blocks(request["system"]);
        }

        request["messages"] = Turns((JsonArray)request["messages"]!);
        return request;
    }

    /// <summary>Consecutive turns of the same role are combined into one.</summary>
    private static JsonArray Turns(JsonArray messages)
    {
        var turns = new JsonArray();
        foreach (var message in messages.OfType<JsonObject>())
        {
            var blocks = Blocks(message["content"]);
            if (blocks.Count == 0)
            {
                continue;
            }

            if (turns.LastOrDefault() is JsonObject last && JsonNode.DeepEquals(last["role"], message["role"]))
            {
                foreach (var block in blocks.ToList())
                {
                    blocks.Remove(block);
                    ((JsonArray)last["content"]!).Add(block);
                }
            }
            else
            {
                turns.Add(new JsonObject { ["role"] = message["role"]!.DeepClone(), ["content"] = blocks });
            }
        }

        return turns;
    }

    /// <summary>A string is short for one text block.</summary>
    private static JsonArray Blocks(JsonNode? content)
    {
        if (content is JsonValue text)
        {
            return [new JsonObject { ["type"] = "text", ["text"] = text.DeepClone() }];
        }

        var blocks = new JsonArray();
        foreach (var block in ((JsonArray)content!).Select(block => (JsonObject)block!.DeepClone()))
        {
            // Text that is empty is refused in a request, and nothing in a response.
            if (block["type"]!.GetValue<string>() == "text" && block["text"]!.GetValue<string>().Length == 0)
            {
                continue;
            }

            // No citations are the same as none, and not to be in error is the default.
            if (block["citations"] is null or JsonArray { Count: 0 } && block["type"]!.GetValue<string>() == "text")
            {
                block.Remove("citations");
            }

            if (block["type"]!.GetValue<string>() == "tool_result")
            {
                if (block["is_error"]?.GetValueKind() == JsonValueKind.False)
                {
                    block.Remove("is_error");
                }

                if (block.ContainsKey("content"))
                {
                    block["content"] = Blocks(block["content"]);
                }
            }

            blocks.Add(block);
        }

        return blocks;
    }
}
