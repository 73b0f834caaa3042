using System.Text.Json;

namespace Sira.Simulation.Tests;

/// <summary>The paths of a JSON document with the kinds of value found at each, values left out.</summary>
internal static class JsonShape
{
    public static HashSet<string> Of(JsonElement element, Func<string, bool>? opaque = null)
    {
        var shape = new HashSet<string>(StringComparer.Ordinal);
        Walk(element, "", shape, opaque ?? (static _ => false));
        return shape;
    }

    private static void Walk(JsonElement element, string path, HashSet<string> shape, Func<string, bool> opaque)
    {
        var kind = element.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : element.ValueKind.ToString();
        shape.Add($"{path}:{kind}");
        if (opaque(path))
        {
            return;
        }

        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                Walk(member.Value, $"{path}.{member.Name}", shape, opaque);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Walk(item, path + "[]", shape, opaque);
            }
        }
    }
}
