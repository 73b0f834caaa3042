using System.Text.Json;

namespace Sira.Backends.Wire.Json;

/// <summary>Reads members that may be absent, null or of another type than promised: providers are not strict, so readers are tolerant.</summary>
internal static class JsonElementExtensions
{
    public static bool TryGet(this JsonElement element, string name, out JsonElement value)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
        {
            return true;
        }

        value = default;
        return false;
    }

    public static bool TryGetObject(this JsonElement element, string name, out JsonElement value) =>
        element.TryGet(name, out value) && value.ValueKind == JsonValueKind.Object;

    public static string? GetStringOrNull(this JsonElement element, string name) =>
        element.TryGet(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static long? GetInt64OrNull(this JsonElement element, string name) =>
        element.TryGet(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.TryGetInt64(out var whole) ? whole : (long)value.GetDouble()
            : null;

    public static int? GetInt32OrNull(this JsonElement element, string name) =>
        element.GetInt64OrNull(name) is { } value ? (int)Math.Clamp(value, int.MinValue, int.MaxValue) : null;

    public static float? GetSingleOrNull(this JsonElement element, string name) =>
        element.TryGet(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetSingle() : null;

    public static bool? GetBooleanOrNull(this JsonElement element, string name) =>
        element.TryGet(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    /// <summary>Enumerates a member's array; nothing when it is absent or not an array.</summary>
    public static JsonElement.ArrayEnumerator EnumerateArrayOrEmpty(this JsonElement element, string name) =>
        element.TryGet(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;
}
