using System.Text;
using Sira.Backends.Keys;
using Sira.Errors;

namespace Sira.Backends.Http;

/// <summary>Cuts what a provider sent to what an exception may carry: bounded, and without the keys that some providers echo.</summary>
internal static class ResponseExcerpt
{
    // Enough to say what is wrong; the rest is in the excerpt.
    private const int MaximumMessageLength = 400;

    public static string? FromBytes(ReadOnlySpan<byte> bytes, KeyPool keys)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        // A character takes at most four bytes, so this many are enough for the excerpt plus a key that would straddle its end.
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, BackendException.MaximumExcerptLength * 4)]);
        return Cut(keys.Redact(text), BackendException.MaximumExcerptLength);
    }

    public static string? FromText(string? text, KeyPool keys) => text is null ? null : Cut(keys.Redact(text), BackendException.MaximumExcerptLength);

    public static string? FromMessage(string? message, KeyPool keys) => message is null ? null : Cut(keys.Redact(message), MaximumMessageLength);

    private static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        // Not through a surrogate pair.
        var end = length - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }
}
