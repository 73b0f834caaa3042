using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic;

/// <summary>The content blocks of the wire, as they are held in <see cref="AIContent.RawRepresentation"/>.</summary>
internal static class AnthropicBlocks
{
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "text", "image", "document", "search_result", "thinking", "redacted_thinking", "tool_use", "tool_result", "tool_reference",
        "server_tool_use", "mcp_tool_use", "mcp_tool_result", "container_upload", "compaction", "tool_addition", "tool_removal", "fallback");

    /// <summary>Returns the block that a content was read from, when it is one of this wire: a conversation may hold contents of other providers, which this one would refuse.</summary>
    public static bool TryGetBlock(AIContent content, out JsonElement block)
    {
        // Server tools all answer in blocks named after themselves, so that new ones are recognised too.
        if (WireJson.TryGetObject(content.RawRepresentation, out block)
            && block.GetStringOrNull("type") is { } type
            && (Known.Contains(type) || type.EndsWith("_tool_result", StringComparison.Ordinal)))
        {
            return true;
        }

        block = default;
        return false;
    }

    /// <summary>Whether a content was read from a block of the type.</summary>
    public static bool IsBlock(AIContent content, string type) => TryGetBlock(content, out var block) && block.ValueEquals("type", type);

    /// <summary>Whether a block has members beyond its type and those named.</summary>
    public static bool HasOtherMembers(JsonElement block, ReadOnlySpan<string> known)
    {
        foreach (var member in block.EnumerateObject())
        {
            if (member.Name != "type" && !known.Contains(member.Name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a member is the string.</summary>
    public static bool ValueEquals(this JsonElement element, string name, string value) =>
        element.TryGet(name, out var member) && member.ValueKind == JsonValueKind.String && member.ValueEquals(value);

    /// <summary>Whether an additional property is set: <see langword="true"/>, also after a trip through JSON.</summary>
    public static bool IsSet(AdditionalPropertiesDictionary? properties, string name) =>
        properties is not null && properties.TryGetValue(name, out var value) && value is true or JsonElement { ValueKind: JsonValueKind.True };
}
