using System.Text;
using System.Text.Json;

namespace Sira.Tests.Features.Support;

/// <summary>Spoils a JSON text at every node in every way: another type, nonsense of the same type, absent, twice.</summary>
internal static class JsonMutations
{
    private const string Remove = "remove";
    private const string Twice = "twice";

    private static readonly string[] Replacements =
    [
        "null", "true", "-1", "1e999", "123456789012345678901234567890", "\"\"", "\"text\"", "\"\\ud800\"", "[]", "[null]", "[[]]", "[\"\\ud800\"]", "{}", "{\"a\":1,\"a\":2}", "{\"type\":\"\\ud800\"}", Remove, Twice,
    ];

    /// <summary>Returns every spoiled variant of a text, with what was done to it.</summary>
    /// <param name="json">The text.</param>
    /// <param name="seen">The nodes of earlier texts, which are not spoiled again: the events of a stream repeat most of what stands around them.</param>
    public static IEnumerable<(string Name, string Json)> Of(string json, HashSet<string>? seen = null)
    {
        using var document = JsonDocument.Parse(json);
        var paths = new List<string>();
        Collect(document.RootElement, "$", paths, seen ?? []);
        if (paths.Count == 0)
        {
            yield break;
        }

        foreach (var path in paths)
        {
            foreach (var replacement in Replacements)
            {
                yield return ($"{path} := {replacement}", Write(document.RootElement, path, replacement));
            }
        }

        yield return ("too deep", Write(document.RootElement, paths[^1], new string('[', 200) + new string(']', 200)));
        yield return ("deep", Write(document.RootElement, paths[^1], new string('[', 40) + new string(']', 40)));
        yield return ("BOM inside", json.Insert(1, "\uFEFF"));
        yield return ("cut", json[..^1]);
        yield return ("more", json + "}");
        yield return ("text", "upstream connect error");
    }

    private static void Collect(JsonElement element, string path, List<string> paths, HashSet<string> seen)
    {
        if (seen.Add(element.ValueKind == JsonValueKind.Number ? path : path + element.GetRawText()))
        {
            paths.Add(path);
        }

        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                Collect(member.Value, $"{path}.{member.Name}", paths, seen);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, $"{path}[{index++}]", paths, seen);
            }
        }
    }

    private static string Write(JsonElement root, string target, string replacement)
    {
        var text = new StringBuilder();
        Append(text, root, "$", target, replacement);
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonElement element, string path, string target, string replacement)
    {
        if (path == target)
        {
            text.Append(replacement is Remove or Twice ? element.GetRawText() : replacement);
            return;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in element.EnumerateObject())
                {
                    var inner = $"{path}.{member.Name}";
                    if (inner == target && replacement == Remove)
                    {
                        continue;
                    }

                    AppendMember(text, member, inner, target, replacement);
                    if (inner == target && replacement == Twice)
                    {
                        AppendMember(text, member, inner, target, replacement);
                    }
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    var inner = $"{path}[{index++}]";
                    if (inner == target && replacement == Remove)
                    {
                        continue;
                    }

                    Separate(text);
                    Append(text, item, inner, target, replacement);
                }

                text.Append(']');
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }

    private static void AppendMember(StringBuilder text, JsonProperty member, string path, string target, string replacement)
    {
        Separate(text);
        text.Append('"').Append(JsonEncodedText.Encode(member.Name)).Append("\":");
        Append(text, member.Value, path, target, replacement);
    }

    private static void Separate(StringBuilder text)
    {
        if (text[^1] is not ('{' or '['))
        {
            text.Append(',');
        }
    }
}
