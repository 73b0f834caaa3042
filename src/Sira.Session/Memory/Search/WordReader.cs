using System.Buffers;
using System.Globalization;

namespace Sira.Session.Memory.Search;

/// <summary>Splits text into words as they are searched: runs of letters and digits, folded by <see cref="LetterFolding"/>; text in scripts without spaces in pairs of characters, as Lucene's CJKBigramFilter does. Not thread-safe; used again.</summary>
internal sealed class WordReader
{
    // Longer ones are no words but hashes and the like, of which the beginning tells enough.
    private const int MaximumLength = 64;

    private readonly char[] word = new char[MaximumLength];
    private int length;

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="state">What the action is given.</param>
    /// <param name="found">Gets each word, which is only valid during the call.</param>
    public void Read<TState>(ReadOnlySpan<char> text, TState state, ReadOnlySpanAction<char, TState> found)
    {
        length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (char.IsAsciiLetterOrDigit(character))
            {
                Append((char)(character | (char.IsAsciiLetterUpper(character) ? 0x20 : 0)));
            }
            else if (character < 0x80)
            {
                // The apostrophe of don't is no end of a word.
                if (character != '\'' || length == 0 || i + 1 == text.Length || !char.IsLetter(text[i + 1]))
                {
                    End(state, found);
                }
            }
            else if (IsUnspaced(text, i))
            {
                End(state, found);
                i = ReadUnspaced(text, i, state, found);
            }
            else if (char.IsLetterOrDigit(character))
            {
                AppendFolded(LetterFolding.Fold(character));
            }
            else if (i + 1 < text.Length && char.IsSurrogatePair(character, text[i + 1]))
            {
                i = ReadPair(text, i, state, found);
            }
            else if (IsSign(character))
            {
                Append(character);
            }
            else if (!LetterFolding.IsMark(character) && character != '\u2019')
            {
                End(state, found);
            }
        }

        End(state, found);
    }

    private static bool IsSign(char character) => !LetterFolding.IsMark(character) && char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Chinese, Japanese, Korean, Thai, Lao, Burmese, Khmer.
    private static bool IsUnspaced(ReadOnlySpan<char> text, int index) => text[index] switch
    {
        (>= '\u3400' and <= '\u4DBF') or (>= '\u4E00' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF') => true,
        (>= '\u3041' and <= '\u3096') or (>= '\u30A1' and <= '\u30FF') or (>= '\uAC00' and <= '\uD7A3') or '\u3005' => true,
        (>= '\u0E01' and <= '\u0E4E') or (>= '\u0E81' and <= '\u0EDF') or (>= '\u1000' and <= '\u109F') or (>= '\u1780' and <= '\u17D3') => true,
        >= '\uD840' and <= '\uD8BF' => index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]),
        _ => false,
    };

    private static int Width(ReadOnlySpan<char> text, int index) => char.IsHighSurrogate(text[index]) ? 2 : 1;

    private static int ReadUnspaced<TState>(ReadOnlySpan<char> text, int start, TState state, ReadOnlySpanAction<char, TState> found)
    {
        var (before, at) = (-1, start);
        var pairs = 0;
        while (at < text.Length && IsUnspaced(text, at))
        {
            var next = at + Width(text, at);
            if (before >= 0)
            {
                found(text[before..next], state);
                pairs++;
            }

            (before, at) = (at, next);
        }

        if (pairs == 0)
        {
            found(text[start..at], state);
        }

        return at - 1;
    }

    private int ReadPair<TState>(ReadOnlySpan<char> text, int index, TState state, ReadOnlySpanAction<char, TState> found)
    {
        var rune = new System.Text.Rune(text[index], text[index + 1]);
        if (System.Text.Rune.IsLetterOrDigit(rune))
        {
            Append(text[index]);
            Append(text[index + 1]);
        }
        else
        {
            End(state, found);
        }

        return index + 1;
    }

    // Letters that stand for two.
    private void AppendFolded(char folded)
    {
        switch (folded)
        {
            case 'ß':
                Append('s');
                Append('s');
                break;
            case 'æ' or 'œ':
                Append(folded == 'æ' ? 'a' : 'o');
                Append('e');
                break;
            case 'þ':
                Append('t');
                Append('h');
                break;
            default:
                Append(folded);
                break;
        }
    }

    private void Append(char character)
    {
        if (length < MaximumLength)
        {
            word[length++] = character;
        }
    }

    private void End<TState>(TState state, ReadOnlySpanAction<char, TState> found)
    {
        if (length > 0)
        {
            found(word.AsSpan(0, length), state);
            length = 0;
        }
    }
}
