using System.Buffers;
using System.Text;

namespace Sira.Kernel.Configuration;

/// <summary>Tells values that may be a key or a password, so that no error repeats a secret that was written into the wrong place.</summary>
/// <remarks>A guess, on the safe side: hiding a harmless value costs a little clarity, showing a key costs the key. Names, host names, addresses without a query and numbers are shown.</remarks>
public static class SecretText
{
    // A run of letters and digits this long is drawn, not chosen.
    private const int LongRun = 20;

    // With upper case, lower case and digits in it, this is long enough.
    private const int MixedRun = 12;

    private const int LongestMasked = 1024;

    private static readonly SearchValues<char> WhiteSpace = SearchValues.Create(" \t\r\n\f\v\u00a0\u2028\u2029");

    // What may stand around a key within a word, as in JSON.
    private static readonly char[] Punctuation = [':', ',', ';', '\'', '"', '`', '(', ')', '[', ']', '{', '}', '<', '>', '/', '|'];

    private static readonly string[] Prefixes = ["sk-", "sk_", "pk-", "pk_", "gsk_", "xai-", "aiza", "pplx-", "hf_", "tgp_", "r8_", "ghp_", "nvapi-", "csk-", "fw_", "bearer ", "basic "];

    /// <summary>Returns whether a value may be a secret: it begins as keys do, carries credentials or a query, or holds a long random run.</summary>
    /// <param name="text">The value.</param>
    /// <returns>Whether it should not be shown.</returns>
    public static bool IsLikely(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        return trimmed.AsSpan().ContainsAny('@', '=')
            || Array.Exists(Prefixes, prefix => trimmed.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            || Guid.TryParse(trimmed, out _)
            || HasRandomRun(trimmed);
    }

    /// <summary>Quotes a value for an error, or speaks of it without showing it.</summary>
    /// <param name="text">The value.</param>
    /// <returns><c>'text'</c>, or <c>the value</c> when it may be a secret.</returns>
    public static string Quote(string text) => IsLikely(text) ? "the value" : $"'{text}'";

    /// <summary>Makes a text of somebody else's, such as the message of an exception, fit to be kept and shown: each word that may be a secret becomes <c>…</c>, and no more than 1024 characters are kept.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text without what may be a secret.</returns>
    public static string Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = Math.Min(text.Length, LongestMasked);
        var masked = new StringBuilder(end);
        var before = string.Empty;
        for (var at = 0; at < end;)
        {
            var length = text.AsSpan(at, end - at).IndexOfAny(WhiteSpace) is >= 0 and var found ? found : end - at;
            if (length == 0)
            {
                masked.Append(text[at++]);
                continue;
            }

            // A scheme such as "Bearer" says that the secret is the next word.
            var word = text.Substring(at, length);
            var parts = word.Split(Punctuation);
            var hidden = IsLikely(word) || Array.Exists(parts, IsLikely) || IsLikely($"{before} {parts[0]}");
            masked.Append(hidden ? "…" : word);
            before = hidden ? string.Empty : parts[^1];
            at += length;
        }

        return masked.ToString();
    }

    private static bool HasRandomRun(string text)
    {
        var (length, upper, lower, digit) = (0, false, false, false);
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character))
            {
                (length, upper, lower, digit) = (0, false, false, false);
                continue;
            }

            length++;
            upper |= char.IsAsciiLetterUpper(character);
            lower |= char.IsAsciiLetterLower(character);
            digit |= char.IsAsciiDigit(character);
            if (digit && ((length >= LongRun && (upper || lower)) || (length >= MixedRun && upper && lower)))
            {
                return true;
            }
        }

        return false;
    }
}
