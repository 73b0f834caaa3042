using System.Diagnostics;

namespace Sira.Backends.Keys;

/// <summary>One API key and until when it rests. Never shows the key.</summary>
[DebuggerDisplay("{Hint}")]
internal sealed class ApiKey
{
    // Shorter keys give away too much of themselves in four characters.
    private const int ShortestHinted = 16;

    // Keys are drawn at random and longer; what people write where no key is needed ("EMPTY", "simulated") is shorter or a word.
    private const int ShortestRedacted = 12;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string value;

    private readonly bool isRedacted;

    private long restsUntil = long.MinValue;

    public ApiKey(string value, int index)
    {
        this.value = value;
        isRedacted = value.Length >= ShortestRedacted && IsMixed(value);
        Hint = value.Length >= ShortestHinted ? $"key {index + 1} (…{value[^4..]})" : $"key {index + 1}";
    }

    /// <summary>Gets what may be shown of it.</summary>
    public string Hint { get; }

    /// <summary>Gets the timestamp from which it may be used again.</summary>
    public long RestsUntil => Volatile.Read(ref restsUntil);

    /// <summary>Returns the header value that presents it.</summary>
    public string Present(string prefix) => prefix.Length == 0 ? value : string.Concat(prefix, value);

    /// <summary>Rests it; a rest that lasts longer already is kept.</summary>
    public void RestUntil(long timestamp)
    {
        long current;
        do
        {
            current = Volatile.Read(ref restsUntil);
            if (current >= timestamp)
            {
                return;
            }
        }
        while (Interlocked.CompareExchange(ref restsUntil, timestamp, current) != current);
    }

    /// <summary>Replaces the key in a text by its hint. A word or a short key stays: replacing it would garble texts that merely contain it.</summary>
    public string Redact(string text) => isRedacted ? text.Replace(value, $"[{Hint}]", StringComparison.Ordinal) : text;

    /// <inheritdoc />
    public override string ToString() => Hint;

    // At least two of lower case, upper case and digits.
    private static bool IsMixed(string value)
    {
        var (upper, lower, digit) = (0, 0, 0);
        foreach (var character in value)
        {
            upper |= char.IsAsciiLetterUpper(character) ? 1 : 0;
            lower |= char.IsAsciiLetterLower(character) ? 1 : 0;
            digit |= char.IsAsciiDigit(character) ? 1 : 0;
        }

        return upper + lower + digit >= 2;
    }
}
