using Microsoft.Extensions.AI;

namespace Sira.Backends.Wire;

/// <summary>
/// Marks whose <see cref="TextReasoningContent.ProtectedData"/> a reasoning content holds. A signature or encrypted content is worthless to every provider but its own,
/// most refuse a request that carries a foreign one, and a conversation may move between providers.
/// </summary>
internal static class ReasoningOrigin
{
    // Kept among the additional properties, not in the raw representation: those survive serialisation and the coalescing of a stream's updates.
    private const string Key = "sira.wire";

    /// <summary>Marks a content as made by a wire.</summary>
    public static TextReasoningContent Mark(TextReasoningContent content, string wire)
    {
        (content.AdditionalProperties ??= [])[Key] = wire;
        return content;
    }

    /// <summary>Whether a content is marked as made by another wire. An unmarked one is given the benefit of the doubt.</summary>
    public static bool IsForeign(TextReasoningContent content, string wire) =>
        content.AdditionalProperties is { } properties && properties.TryGetValue(Key, out var value) && value?.ToString() is { } origin && origin != wire;
}
