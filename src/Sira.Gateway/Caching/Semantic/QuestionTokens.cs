using System.Globalization;

namespace Sira.Gateway.Caching.Semantic;

/// <summary>Cuts a question into words, numbers and signs.</summary>
internal static class QuestionTokens
{
    // Signs that end or join sentences. Every other one, such as + in a sum, is a token of its own.
    private const string Punctuation = ".,;:!?\"'…“”‘’«»¿¡、。！？，；：「」";

    /// <summary>Calls a visitor for each token in its order.</summary>
    public static void Read(string text, IQuestionVisitor visitor)
    {
        var startsSentence = true;
        var at = 0;
        while (at < text.Length)
        {
            var character = text[at];
            if (char.IsDigit(character))
            {
                var end = EndOfNumber(text, at);
                var isNegative = at > 0 && text[at - 1] is '-' or '−' && (at == 1 || !char.IsLetterOrDigit(text[at - 2]));
                visitor.Number(isNegative ? "-" + text[at..end] : text[at..end]);
                if (end < text.Length && text[end] == '!')
                {
                    // A factorial, or an excited sentence: a miss at worst.
                    visitor.Sign('!');
                }

                (at, startsSentence) = (end, false);
            }
            else if (IsIdeograph(character))
            {
                visitor.Word(text.Substring(at++, 1), isName: false);
            }
            else if (IsWord(character))
            {
                var end = EndOfWord(text, at);
                var word = text[at..end];
                visitor.Word(word.ToLowerInvariant().Replace('’', '\''), isName: !startsSentence && char.IsUpper(character) && word != "I");
                (at, startsSentence) = (end, false);
            }
            else
            {
                if (!char.IsWhiteSpace(character) && !Punctuation.Contains(character, StringComparison.Ordinal))
                {
                    visitor.Sign(character);
                }

                startsSentence |= character is '.' or '!' or '?' or '\n';
                at++;
            }
        }
    }

    private static int EndOfNumber(string text, int at)
    {
        while (at < text.Length && (char.IsDigit(text[at]) || text[at] is '.' or ',' or ':' && at + 1 < text.Length && char.IsDigit(text[at + 1])))
        {
            at++;
        }

        return at;
    }

    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length && !IsIdeograph(text[at])
            && (IsWord(text[at]) || char.IsDigit(text[at]) || text[at] is '\'' or '’' && at + 1 < text.Length && IsWord(text[at + 1])))
        {
            at++;
        }

        return at;
    }

    private static bool IsWord(char character) => char.IsLetter(character) || char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Han, kana and Hangul are written without spaces, or with spaces that say little.
    private static bool IsIdeograph(char character) => character is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7AF') or (>= '\uF900' and <= '\uFAFF');
}
