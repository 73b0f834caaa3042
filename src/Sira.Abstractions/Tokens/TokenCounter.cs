using System.Buffers;
using System.Text;

namespace Sira.Tokens;

/// <summary>Counts the tokens of text without a tokenizer: it splits text as tokenizers do before they merge, into words, numbers, punctuation and space, and weighs each. Allocates nothing.</summary>
internal struct TokenCounter(TokenProfile profile)
{
    private const int LongWord = 8;

    private Kind kind;
    private int length;

    private enum Kind : byte
    {
        None,
        Upper,
        Lower,
        Digits,
        Space,
        Line,
        Marks,
    }

    private static ReadOnlySpan<Kind> AsciiKinds =>
    [
        Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Line, Kind.Line, Kind.Marks, Kind.Marks, Kind.Line, Kind.Marks, Kind.Marks,
        Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks,
        Kind.Space, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks,
        Kind.Digits, Kind.Digits, Kind.Digits, Kind.Digits, Kind.Digits, Kind.Digits, Kind.Digits, Kind.Digits, Kind.Digits, Kind.Digits, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks,
        Kind.Marks, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper,
        Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Upper, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks,
        Kind.Marks, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower,
        Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Lower, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks, Kind.Marks,
    ];

    /// <summary>Gets the tokens so far.</summary>
    public double Tokens { get; private set; }

    /// <summary>Counts text.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            // Nearly every character only lengthens the run that it is in.
            if (character < 0x80 && AsciiKinds[character] == kind)
            {
                length++;
            }
            else
            {
                Feed(character);
            }
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
        if (character < 0x80)
        {
            Enter(AsciiKinds[character]);
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
            if (kind is not (Kind.Upper or Kind.Lower))
            {
                End();
            }

            Tokens += profile.Other;
        }
    }

    private void Enter(Kind next)
    {
        switch (kind, next)
        {
            case (Kind.Upper, Kind.Lower):
                // The other way round a new word begins, as in camelCase.
                kind = Kind.Lower;
                break;
            case (Kind.Line, Kind.Space):
                // Indentation is one token with the line break before it.
                break;
            case var (now, then) when now != then:
                End();
                kind = next;
                break;
        }

        length++;
    }

    private void End()
    {
        Tokens += kind switch
        {
            Kind.Upper or Kind.Lower => profile.Word + (Math.Max(0, length - LongWord) * profile.LongWordLetter),
            Kind.Digits => profile.Digit * (profile.DigitsInThrees ? (length + 2) / 3 : length),
            Kind.Space => length > 1 ? profile.Space : 0,
            Kind.Line => profile.Space,
            Kind.Marks => profile.MarkRun + (length * profile.Mark),
            _ => 0,
        };
        (kind, length) = (Kind.None, 0);
    }
}
