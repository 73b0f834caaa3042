using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini.Parts;

/// <summary>Parts that MEAI has no content for, such as the traces of tools that the provider ran: they travel as <see cref="AIContent.RawRepresentation"/>.</summary>
internal static class GeminiRawPart
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(StringComparer.Ordinal, "toolCall", "toolResponse", "videoMetadata");

    /// <summary>Whether the object is one of the parts that are kept raw; the raw blocks of another provider are not, and do not go out on this wire.</summary>
    public static bool IsPart(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || element.TryGetProperty("type"u8, out _))
        {
            return false;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (Names.Contains(GeminiJson.ToCamelCase(member.Name)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the part that a content carries raw.</summary>
    public static bool TryGet(AIContent content, out JsonElement part) => WireJson.TryGetObject(content.RawRepresentation, out part) && IsPart(part);
}
