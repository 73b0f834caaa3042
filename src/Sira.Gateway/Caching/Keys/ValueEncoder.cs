using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Sira.Gateway.Caching.Keys;

/// <summary>Encodes values whose type only the caller knows: arguments and results of tools, additional properties.</summary>
internal static class ValueEncoder
{
    // As deep as System.Text.Json reads by default.
    private const int DeepestValue = 64;

    /// <summary>Encodes a value with its type.</summary>
    /// <returns>Whether that was possible; <see langword="false"/> for a type whose content cannot be known without reflection.</returns>
    public static bool TryWrite(KeyWriter writer, object? value, int depth = 0)
    {
        switch (value)
        {
            case null:
                writer.Null();
                return true;
            case string text:
                writer.String(text);
                return true;
            case bool boolean:
                writer.Boolean(boolean);
                return true;
            case sbyte or byte or short or ushort or int or uint or long:
                writer.Integer(((IConvertible)value).ToInt64(CultureInfo.InvariantCulture));
                return true;
            case float or double:
                writer.Number(((IConvertible)value).ToDouble(CultureInfo.InvariantCulture));
                return true;
            case ulong or decimal or char or Guid or DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan:
                return TryWriteText(writer, (IFormattable)value);
            case Enum:
                return TryWriteEnum(writer, value);
            case Uri uri:
                writer.Tag(Tags.Address);
                writer.String(uri.OriginalString);
                return true;
            case byte[] bytes:
                writer.Bytes(bytes);
                return true;
            case ReadOnlyMemory<byte> memory:
                writer.Bytes(memory.Span);
                return true;
            case JsonElement element:
                return JsonEncoder.TryWrite(writer, element, depth);
            case JsonNode node:
                return JsonEncoder.TryWrite(writer, node);
            case AIContent content:
                return depth < DeepestValue && ContentEncoder.TryWrite(writer, content, depth + 1);
            case IDictionary<string, object?> map:
                return TryWriteMap(writer, map, depth);
            case IList list:
                return TryWriteList(writer, list, depth);
            default:
                return false;
        }
    }

    /// <summary>Encodes properties in the order in which they stand. A different order is a miss, never a wrong hit.</summary>
    public static bool TryWriteMap(KeyWriter writer, IDictionary<string, object?>? map, int depth = 0)
    {
        if (map is null || depth >= DeepestValue)
        {
            writer.Null();
            return map is null;
        }

        writer.Tag(Tags.Map);
        writer.Count(map.Count);
        foreach (var (key, value) in map)
        {
            writer.String(key);
            if (!TryWrite(writer, value, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryWriteList(KeyWriter writer, IList list, int depth)
    {
        if (depth >= DeepestValue)
        {
            return false;
        }

        writer.Tag(Tags.List);
        writer.Count(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            if (!TryWrite(writer, list[i], depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryWriteText(KeyWriter writer, IFormattable value)
    {
        writer.Tag(Tags.Formatted);
        writer.String(value.GetType().FullName);

        // The round-trip format keeps the kind and the fractions of a time; a number's own form keeps its scale.
        writer.String(value.ToString(value is DateTime or DateTimeOffset or DateOnly or TimeOnly ? "O" : null, CultureInfo.InvariantCulture));
        return true;
    }

    private static bool TryWriteEnum(KeyWriter writer, object value)
    {
        writer.Tag(Tags.Enumeration);
        writer.String(value.GetType().FullName);
        writer.String(((Enum)value).ToString("D"));
        return true;
    }
}
