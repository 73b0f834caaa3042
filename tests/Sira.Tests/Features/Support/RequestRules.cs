using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sira.Tests.Features.Support;

/// <summary>What providers refuse a conversation for, as they document it. Returns every rule that a request breaks.</summary>
internal static partial class RequestRules
{
    public static List<string> Check(string backend, JsonElement body)
    {
        var broken = new List<string>();
        switch (FeatureSira.WireOf(backend))
        {
            case "chat":
                CheckChat(backend, body, broken);
                break;
            case "responses":
                CheckResponses(body, broken);
                break;
            case "anthropic":
                AnthropicRules.Check(body, broken);
                break;
            default:
                GeminiRules.Check(body, broken);
                break;
        }

        return broken;
    }

    private static void CheckChat(string backend, JsonElement body, List<string> broken)
    {
        HashSet<string> allowed = ["role", "content", "name", "tool_calls", "tool_call_id", .. backend switch
        {
            "openai" or "azure" => ["refusal", "audio"],
            "deepseek" => ["reasoning_content"],
            "ollama" => ["reasoning"],
            "openrouter" => ["reasoning_details", "refusal"],
            _ => (string[])[],
        }];
        var open = new HashSet<string>();
        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            var role = message.GetProperty("role").GetString();
            broken.AddRange(message.EnumerateObject().Where(member => !allowed.Contains(member.Name)).Select(member => $"a message has the member '{member.Name}'"));
            var content = message.TryGetProperty("content", out var found) ? found : default;
            var hasCalls = message.TryGetProperty("tool_calls", out var calls);
            if (content.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined && !hasCalls)
            {
                broken.Add($"a message of the role {role} has neither content nor calls");
            }

            if (content.ValueKind == JsonValueKind.Array && content.GetArrayLength() == 0)
            {
                broken.Add($"a message of the role {role} has empty content");
            }

            if (role == "tool")
            {
                Require(open.Remove(message.GetProperty("tool_call_id").GetString()!), "a result answers no open call", broken);
                continue;
            }

            Require(open.Count == 0, "a call is not answered right after it", broken);
            open.Clear();
            foreach (var call in hasCalls ? calls.EnumerateArray() : default)
            {
                var id = call.GetProperty("id").GetString()!;
                Require(backend == "mistral" ? MistralId().IsMatch(id) : id.Length is > 0 and <= 40, $"the call's id '{id}' is refused", broken);
                Require(open.Add(id), $"two calls have the id '{id}'", broken);
                using var _ = JsonDocument.Parse(call.GetProperty("function").GetProperty("arguments").GetString()!);
            }
        }

        Require(open.Count == 0, "a call is not answered", broken);
    }

    private static void CheckResponses(JsonElement body, List<string> broken)
    {
        var open = new HashSet<string>();
        foreach (var item in body.GetProperty("input").EnumerateArray())
        {
            var type = item.TryGetProperty("type", out var named) ? named.GetString() : "message";
            var id = item.TryGetProperty("id", out var given) ? given.GetString() : null;
            switch (type)
            {
                case "function_call":
                    var callId = item.GetProperty("call_id").GetString()!;
                    Require(callId.Length is > 0 and <= 64, $"the call_id '{callId}' is refused", broken);
                    Require(open.Add(callId), $"two calls have the id '{callId}'", broken);
                    Require(id is null || id.StartsWith("fc", StringComparison.Ordinal), $"a call's item has the id '{id}'", broken);
                    break;
                case "function_call_output":
                    Require(open.Remove(item.GetProperty("call_id").GetString()!), "a result answers no open call", broken);
                    break;
                case "message":
                    Require(id is null || id.StartsWith("msg", StringComparison.Ordinal), $"a message has the id '{id}'", broken);
                    CheckParts(item.GetProperty("content"), broken);
                    Require(item.GetProperty("content") is { ValueKind: JsonValueKind.String } or { ValueKind: JsonValueKind.Array }, "a message has no content", broken);
                    break;
                case "reasoning":
                    Require(id is null || id.StartsWith("rs", StringComparison.Ordinal), $"reasoning has the id '{id}'", broken);
                    Require(item.TryGetProperty("encrypted_content", out _), "reasoning that nobody kept is referred to", broken);
                    break;
                default:
                    broken.Add($"an item has the type '{type}'");
                    break;
            }
        }

        Require(open.Count == 0, "a call is not answered", broken);
    }

    private static void CheckParts(JsonElement content, List<string> broken)
    {
        foreach (var part in content.ValueKind == JsonValueKind.Array ? content.EnumerateArray() : default)
        {
            foreach (var annotation in part.TryGetProperty("annotations", out var annotations) ? annotations.EnumerateArray() : default)
            {
                Require(annotation.TryGetProperty("url", out _) && annotation.TryGetProperty("start_index", out _), $"an annotation is {annotation.GetRawText()}", broken);
            }
        }
    }

    public static void Require(bool holds, string rule, List<string> broken)
    {
        if (!holds)
        {
            broken.Add(rule);
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9]{9}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MistralId();
}
