using System.Text.Json;

namespace Sira.Tests.Features.Support;

/// <summary>What Gemini refuses a conversation for.</summary>
internal static class GeminiRules
{
    public static void Check(JsonElement body, List<string> broken)
    {
        var open = new List<string>();
        var contents = body.GetProperty("contents").EnumerateArray().ToArray();
        RequestRules.Require(contents.Length > 0, "there are no contents", broken);
        foreach (var content in contents)
        {
            var parts = content.GetProperty("parts").EnumerateArray().ToArray();
            RequestRules.Require(parts.Length > 0, "a content has no parts", broken);
            var results = parts.Where(static part => part.TryGetProperty("functionResponse", out _)).Select(static part => Identify(part.GetProperty("functionResponse"))).ToList();
            if (open.Count > 0 || results.Count > 0)
            {
                RequestRules.Require(open.SequenceEqual(results), $"the calls {string.Join(", ", open)} are answered by {string.Join(", ", results)}", broken);
                open.Clear();
            }

            foreach (var part in parts.Where(static part => part.TryGetProperty("functionCall", out _)))
            {
                RequestRules.Require(content.GetProperty("role").GetString() == "model", "a call stands in a turn of the user", broken);
                open.Add(Identify(part.GetProperty("functionCall")));
            }
        }

        RequestRules.Require(open.Count == 0, "a call is not answered", broken);
    }

    private static string Identify(JsonElement call) => $"{call.GetProperty("name").GetString()}#{(call.TryGetProperty("id", out var id) ? id.GetString() : string.Empty)}";
}
