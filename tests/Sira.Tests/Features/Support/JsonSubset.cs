using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sira.Tests.Features.Support;

/// <summary>Asserts that a JSON value contains another: objects may have more members, arrays may not have more elements, and a member expected to be null is absent.</summary>
internal static class JsonSubset
{
    public static void Assert(string expected, JsonElement actual)
    {
        if (Difference(JsonNode.Parse(expected), JsonNode.Parse(actual.GetRawText()), "$") is { } difference)
        {
            Xunit.Assert.Fail($"{difference}{Environment.NewLine}in {actual.GetRawText()}");
        }
    }

    private static string? Difference(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject members:
                if (actual is not JsonObject found)
                {
                    return $"{path} is {Show(actual)}, not an object";
                }

                foreach (var (name, value) in members)
                {
                    if (value is null ? found.ContainsKey(name) : Difference(value, found[name], $"{path}.{name}") is not null)
                    {
                        return value is null ? $"{path}.{name} is there" : Difference(value, found[name], $"{path}.{name}");
                    }
                }

                return null;
            case JsonArray items:
                if (actual is not JsonArray others || others.Count != items.Count)
                {
                    return $"{path} is {Show(actual)}, not an array of {items.Count}";
                }

                return items.Select((item, index) => Difference(item, others[index], $"{path}[{index}]")).FirstOrDefault(static difference => difference is not null);
            default:
                return Same(expected, actual) ? null : $"{path} is {Show(actual)}, not {Show(expected)}";
        }
    }

    private static bool Same(JsonNode? expected, JsonNode? actual) =>
        JsonNode.DeepEquals(expected, actual)
        || (expected?.GetValueKind() == JsonValueKind.Number && actual?.GetValueKind() == JsonValueKind.Number && expected.GetValue<double>() == actual.GetValue<double>());

    private static string Show(JsonNode? node) => node?.ToJsonString() ?? "absent or null";
}
