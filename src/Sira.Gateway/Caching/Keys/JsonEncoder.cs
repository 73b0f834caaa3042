using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sira.Gateway.Caching.Keys;

/// <summary>Encodes JSON without its white space and escapes. Members keep their order: models follow the order of a schema, so two orders are two requests.</summary>
internal static class JsonEncoder
{
    private const int DeepestValue = 64;

    public static bool TryWrite(KeyWriter writer, JsonNode node)
    {
        try
        {
            using var document = JsonDocument.Parse(node.ToJsonString());
            return TryWrite(writer, document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException or ArgumentException)
        {
            // A node may hold any object of the caller's, or itself.
            return false;
        }
    }

    public static bool TryWrite(KeyWriter writer, JsonElement element, int depth = 0)
    {
        if (depth >= DeepestValue)
        {
            return false;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.Tag(Tags.JsonObject);
                foreach (var member in element.EnumerateObject())
                {
                    writer.String(member.Name);
                    if (!TryWrite(writer, member.Value, depth + 1))
                    {
                        return false;
                    }
                }

                writer.Null();
                return true;
            case JsonValueKind.Array:
                writer.Tag(Tags.JsonArray);
                writer.Count(element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                {
                    if (!TryWrite(writer, item, depth + 1))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.String:
                writer.String(element.GetString());
                return true;
            case JsonValueKind.Number:
                writer.Tag(Tags.JsonNumber);
                writer.String(element.GetRawText());
                return true;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Boolean(element.ValueKind == JsonValueKind.True);
                return true;
            case JsonValueKind.Null:
                writer.Tag(Tags.JsonNull);
                return true;
            default:
                return false;
        }
    }
}
