using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sira.Tests.Features.Support;

/// <summary>What Anthropic refuses a conversation for.</summary>
internal static partial class AnthropicRules
{
    private static readonly Dictionary<string, string[]> Members = new()
    {
        ["text"] = ["type", "text", "citations", "cache_control"],
        ["thinking"] = ["type", "thinking", "signature"],
        ["redacted_thinking"] = ["type", "data"],
        ["tool_use"] = ["type", "id", "name", "input", "cache_control"],
        ["tool_result"] = ["type", "tool_use_id", "content", "is_error", "cache_control"],
    };

    public static void Check(JsonElement body, List<string> broken)
    {
        var thinks = body.TryGetProperty("thinking", out var thinking) && thinking.GetProperty("type").GetString() == "enabled";
        var forced = body.TryGetProperty("tool_choice", out var choice) && choice.GetProperty("type").GetString() is "any" or "tool";
        RequestRules.Require(!(thinks && forced), "thinking and a forced tool exclude each other", broken);
        var previous = "assistant";
        var open = new HashSet<string>();
        string? firstOfLoop = null;
        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            var role = message.GetProperty("role").GetString()!;
            RequestRules.Require(role != previous, $"two turns in a row are of the {role}", broken);
            previous = role;
            var blocks = message.GetProperty("content").EnumerateArray().ToArray();
            RequestRules.Require(blocks.Length > 0, "a turn is empty", broken);
            if (role == "assistant")
            {
                firstOfLoop ??= TypeOf(blocks[0]);
            }
            else if (!blocks.Any(static block => TypeOf(block) == "tool_result"))
            {
                firstOfLoop = null;
            }

            if (role == "user")
            {
                var results = blocks.TakeWhile(static block => TypeOf(block) == "tool_result").Select(static block => block.GetProperty("tool_use_id").GetString()!).ToHashSet();
                RequestRules.Require(open.SetEquals(results), "the calls are not those that are answered in the next turn", broken);
                open.Clear();
            }

            foreach (var block in blocks)
            {
                CheckBlock(block, open, broken);
            }
        }

        RequestRules.Require(open.Count == 0, "a call is not answered", broken);
        RequestRules.Require(!thinks || firstOfLoop is null or "thinking" or "redacted_thinking", "thinking is on, but the turn that the results continue does not begin with thinking", broken);
    }

    private static void CheckBlock(JsonElement block, HashSet<string> open, List<string> broken)
    {
        var type = TypeOf(block);
        if (!Members.TryGetValue(type, out var known))
        {
            broken.Add($"a block has the type '{type}'");
            return;
        }

        broken.AddRange(block.EnumerateObject().Where(member => !known.Contains(member.Name)).Select(member => $"a block of the type {type} has the member '{member.Name}'"));
        switch (type)
        {
            case "text":
                RequestRules.Require(block.GetProperty("text").GetString()!.Length > 0, "a text is empty", broken);
                break;
            case "tool_use":
                var id = block.GetProperty("id").GetString()!;
                RequestRules.Require(Id().IsMatch(id), $"the call's id '{id}' is refused", broken);
                RequestRules.Require(open.Add(id), $"two calls have the id '{id}'", broken);
                break;
        }
    }

    private static string TypeOf(JsonElement block) => block.GetProperty("type").GetString()!;

    [GeneratedRegex("^[a-zA-Z0-9_-]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}
