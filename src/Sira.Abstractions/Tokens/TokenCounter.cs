using System.Buffers;
using System.Text;

namespace Sira.Tokens;

/// <summary>Counts the tokens of text without a tokenizer: it splits text as tokenizers do before they merge, into words, numbers, punctuation and space, and weighs each. Allocates nothing.</summary>
internal struct TokenCounter(TokenProfile profile)
{
    private const int LongWord = 8;

    private Kind kind;
    private int length;
    private bool afterLowerCase;

    private enum Kind
    {
        None,
        Word,
        Digits,
        Space,
        Line,
        Marks,
    }

    /// <summary>Gets the tokens so far.</summary>
    public double Tokens { get; private set; }

    /// <summary>Counts text.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            Feed(character);
        }

        End();
    }

    /// <summary>Counts JSON in UTF-8, without the white space between its tokens, which is not sent.</summary>
    public void AddJson(ReadOnlySpan<byte> json)
    {
        var inString = false;
        while (!json.IsEmpty)
        {
            var first = json[0];
            if (!inString && first is ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                json = json[1..];
                continue;
            }

            if (inString && first == (byte)'\\' && json.Length > 1)
            {
                Feed('\\');
                Feed((char)json[1]);
                json = json[2..];
                continue;
            }

            inString ^= first == (byte)'"';
            if (first < 0x80)
            {
                Feed((char)first);
                json = json[1..];
                continue;
            }

            var status = Rune.DecodeFromUtf8(json, out var rune, out var consumed);
            json = json[consumed..];
            if (status == OperationStatus.Done && rune.IsBmp)
            {
                Feed((char)rune.Value);
            }
            else
            {
                // Beyond the basic plane, text has two surrogates; JSON is to count the same.
                Feed('\uD83D');
                Feed('\uDE00');
            }
        }

        End();
    }

    private static bool IsCjk(char character) => character is
        (>= '\u2E80' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7AF') or (>= '\uF900' and <= '\uFAFF') or (>= '\uFF00' and <= '\uFFEF');

    private void Feed(char character)
    {
        if (char.IsAsciiLetter(character))
        {
            // A capital after a small letter begins a new word, as in camelCase.
            var upper = character <= 'Z';
            Enter(Kind.Word, anew: upper && afterLowerCase);
            afterLowerCase = !upper;
        }
        else if (char.IsAsciiDigit(character))
        {
            Enter(Kind.Digits);
        }
        else if (character == ' ')
        {
            // Indentation is one token with the line break before it.
            Enter(kind == Kind.Line ? Kind.Line : Kind.Space);
        }
        else if (character is '\n' or '\r' or '\t')
        {
            Enter(Kind.Line);
        }
        else if (character < 0x80)
        {
            Enter(Kind.Marks);
        }
        else if (IsCjk(character))
        {
            End();
            Tokens += profile.Cjk;
        }
        else if (char.IsSurrogate(character))
        {
            // Emoji are two tokens or so, and two surrogates.
            End();
            Tokens += 1;
        }
        else
        {
            if (kind != Kind.Word)
            {
                End();
            }

            Tokens += profile.Other;
        }
    }

    private void Enter(Kind next, bool anew = false)
    {
        if (kind != next || anew)
        {
            End();
            kind = next;
        }

        length++;
    }

    private void End()
    {
        Tokens += kind switch
        {
            Kind.Word => profile.Word + (Math.Max(0, length - LongWord) * profile.LongWordLetter),
            Kind.Digits => profile.Digit * (profile.DigitsInThrees ? (length + 2) / 3 : length),
            Kind.Space => length > 1 ? profile.Space : 0,
            Kind.Line => profile.Space,
            Kind.Marks => profile.MarkRun + (length * profile.Mark),
            _ => 0,
        };
        (kind, length, afterLowerCase) = (Kind.None, 0, false);
    }
}
