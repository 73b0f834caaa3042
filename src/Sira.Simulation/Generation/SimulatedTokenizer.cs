using System.Globalization;

namespace Sira.Simulation.Generation;

/// <summary>The tokenizer of simulated models, simple enough to count in one's head: a token is a run of letters and digits together with the white space before it, or any other single character with the white space before it.</summary>
/// <remarks>White space at the end of a text is one more token. A character of a script that is written without spaces counts alone. Streams send one token per event, so "cut after 3 tokens" means after three content events.</remarks>
public static class SimulatedTokenizer
{
    /// <summary>Counts the tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number of tokens; 0 for an empty text.</returns>
    public static int Count(string? text)
    {
        var count = 0;
        for (var start = 0; start < (text?.Length ?? 0); count++)
        {
            start = End(text!, start);
        }

        return count;
    }

    /// <summary>Splits a text into its tokens, which concatenate to the text again.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The tokens.</returns>
    public static IReadOnlyList<string> Split(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        var tokens = new List<string>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = End(text, start);
            tokens.Add(text[start..end]);
        }

        return tokens;
    }

    private static int End(string text, int start)
    {
        var at = start;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        if (at == text.Length)
        {
            return at;
        }

        if (!IsWord(text[at]))
        {
            // Never in the middle of a surrogate pair or between a character and its marks: half a character is not valid UTF-8.
            return at + StringInfo.GetNextTextElementLength(text, at);
        }

        while (at < text.Length && IsWord(text[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || (c < 0x2E80 && !char.IsSurrogate(c) && char.IsLetterOrDigit(c));
}
