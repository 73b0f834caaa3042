using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sira.Backends.Tests.OpenAIResponses;

/// <summary>Brings a recorded request and the one that we write of it to the same form, by equivalences of the protocol and by Sira's own documented defaults, and by nothing else.</summary>
internal static class RequestNormalizer
{
    /// <summary>Adds to a recorded request what Sira decides where the request leaves it open: nothing is stored, and then reasoning that was asked for comes encrypted.</summary>
    public static JsonObject ApplyDefaults(JsonObject request)
    {
        var isKept = request["previous_response_id"] is not null || request["conversation"] is not null || request["background"] is JsonValue value && value.GetValue<bool>();
        if (request["store"] is null && !isKept)
        {
            request["store"] = false;
        }

        if (request["include"] is null && request["store"] is JsonValue store && !store.GetValue<bool>() && MentionsReasoning(request))
        {
            request["include"] = new JsonArray("reasoning.encrypted_content");
        }

        return request;
    }

    public static JsonObject Normalize(JsonObject request)
    {
        RemoveNulls(request);

        // stream: false is the default.
        if (request["stream"] is JsonValue stream && !stream.GetValue<bool>())
        {
            request.Remove("stream");
        }

        // No tools are no tools.
        if (request["tools"] is JsonArray { Count: 0 })
        {
            request.Remove("tools");
        }

        // A string as input is one user message.
        if (request["input"] is JsonValue text && text.GetValueKind() == JsonValueKind.String)
        {
            request["input"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text.GetValue<string>() });
        }

        foreach (var tool in (request["tools"] as JsonArray ?? []).OfType<JsonObject>())
        {
            // A description that is null or empty is none.
            if ((string?)tool["type"] == "function" && string.IsNullOrEmpty((string?)tool["description"]))
            {
                tool.Remove("description");
            }
        }

        foreach (var item in request["input"] as JsonArray ?? [])
        {
            NormalizeItem((JsonObject)item!);
        }

        return request;
    }

    private static bool MentionsReasoning(JsonObject request)
    {
        if (request["reasoning"] is JsonObject reasoning && (string?)reasoning["effort"] == "none")
        {
            return false;
        }

        return request["reasoning"] is JsonObject { Count: > 0 } wanted && wanted.Any(member => member.Value is not null)
            || (request["input"] as JsonArray ?? []).Any(item => (string?)item!["type"] == "reasoning" && item["encrypted_content"] is not null);
    }

    // In the request itself a null member says the same as none. Items are left alone: they round-trip exactly.
    private static void RemoveNulls(JsonObject request)
    {
        foreach (var name in request.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            request.Remove(name);
        }

        foreach (var nested in new[] { request["reasoning"] as JsonObject, request["text"] as JsonObject }.OfType<JsonObject>())
        {
            foreach (var name in nested.Where(member => member.Value is null).Select(member => member.Key).ToList())
            {
                nested.Remove(name);
            }
        }

        if (request["reasoning"] is JsonObject { Count: 0 })
        {
            request.Remove("reasoning");
        }
    }

    private static void NormalizeItem(JsonObject item)
    {
        // An item with a role and no type is a message.
        if ((string?)item["type"] == "message")
        {
            item.Remove("type");
        }

        // Arguments are JSON in a string: equal when the JSON is.
        if ((string?)item["type"] is "function_call" && item["arguments"] is JsonValue arguments && arguments.GetValueKind() == JsonValueKind.String)
        {
            item["arguments"] = JsonNode.Parse(arguments.GetValue<string>());
        }

        if (item["role"] is null || item["content"] is not JsonArray parts)
        {
            return;
        }

        foreach (var part in parts.OfType<JsonObject>())
        {
            // No annotations are no annotations; probabilities are about an answer, and not read by the model that gets it back.
            part.Remove("logprobs");
            if (part["annotations"] is JsonArray { Count: 0 })
            {
                part.Remove("annotations");
            }
        }

        // A single text part is what a string stands for.
        if (parts is [JsonObject { Count: 2 } only] && (string?)only["type"] is "input_text" or "output_text")
        {
            item["content"] = (string?)only["text"];
        }
    }
}
