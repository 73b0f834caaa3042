using Microsoft.Extensions.AI;

namespace Sira.Backends.Wire;

/// <summary>
/// Marks whose a content is that only its maker understands: reasoning with <see cref="TextReasoningContent.ProtectedData"/>, items with ids that a provider gave. A signature or encrypted content is worthless
/// to every provider but its own, most refuse a request that carries a foreign one, and a conversation may move between providers.
/// </summary>
internal static class ReasoningOrigin
{
    // Kept among the additional properties, not in the raw representation: those survive serialisation and the coalescing of a stream's updates.
    private const string Key = "sira.wire";

    /// <summary>Marks a content as made by a wire, or by one provider on it.</summary>
    public static T Mark<T>(T content, string wire)
        where T : AIContent
    {
        (content.AdditionalProperties ??= [])[Key] = wire;
        return content;
    }

    /// <summary>Whether a content is marked as made by another wire. An unmarked one is given the benefit of the doubt.</summary>
    public static bool IsForeign(AIContent content, string wire) =>
        content.AdditionalProperties is { } properties && properties.TryGetValue(Key, out var value) && value?.ToString() is { } origin && origin != wire;
}
