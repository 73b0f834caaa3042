using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini;

/// <summary>Reads members in both spellings: Google's JSON is protobuf's, whose parsers take <c>camelCase</c> and <c>snake_case</c> alike.</summary>
internal static class GeminiJson
{
    public static bool TryGetEither(this JsonElement element, string camel, string snake, out JsonElement value) =>
        element.TryGet(camel, out value) || element.TryGet(snake, out value);

    public static bool TryGetEitherObject(this JsonElement element, string camel, string snake, out JsonElement value) =>
        element.TryGetObject(camel, out value) || element.TryGetObject(snake, out value);

    public static string? GetEitherStringOrNull(this JsonElement element, string camel, string snake) =>
        element.GetStringOrNull(camel) ?? element.GetStringOrNull(snake);

    /// <summary>Returns a snake-case name in camel case, and every other name as it is.</summary>
    public static string ToCamelCase(string name)
    {
        if (!name.AsSpan().Contains('_'))
        {
            return name;
        }

        Span<char> buffer = name.Length <= 128 ? stackalloc char[128] : new char[name.Length];
        var length = 0;
        var upper = false;
        foreach (var character in name)
        {
            if (character == '_' && length > 0)
            {
                upper = true;
                continue;
            }

            buffer[length++] = upper ? char.ToUpperInvariant(character) : character;
            upper = false;
        }

        return new string(buffer[..length]);
    }

    /// <summary>Returns a text among a content's properties; after a round trip through storage it is a JSON element.</summary>
    public static string? GetProperty(this AIContent content, string name) =>
        content.AdditionalProperties is { } properties && properties.TryGetValue(name, out var value)
            ? value switch
            {
                string text => text,
                JsonElement { ValueKind: JsonValueKind.String } element => element.GetString(),
                _ => null,
            }
            : null;

    /// <summary>Returns what a user's raw factory made, as an object; the undefined element when there is none.</summary>
    public static JsonElement ToObject(object? raw) => WireJson.TryGetObject(raw, out var element) ? element : default;
}
