using System.Diagnostics;
using Sira.Kernel.Health;

namespace Sira.Backends.Keys;

/// <summary>One API key and its health. Never shows the key.</summary>
[DebuggerDisplay("{Hint}")]
internal sealed class ApiKey
{
    // Shorter keys give away too much of themselves in four characters.
    private const int ShortestHinted = 16;

    // Keys are drawn at random and longer; what people write where no key is needed ("EMPTY", "simulated") is shorter or a word.
    private const int ShortestRedacted = 12;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string value;

    private readonly string place;
    private readonly bool isRedacted;

    /// <param name="value">The key.</param>
    /// <param name="place">Where it is presented: the same key elsewhere is another account's.</param>
    /// <param name="number">What tells it from the backend's other keys.</param>
    /// <param name="createBreaker">Makes its breaker; given its hint.</param>
    public ApiKey(string value, string place, int number, Func<string, CircuitBreaker> createBreaker)
    {
        this.value = value;
        this.place = place;
        Number = number;
        isRedacted = value.Length >= ShortestRedacted && IsMixed(value);
        Hint = value.Length >= ShortestHinted ? $"key {number} (…{value[^4..]})" : $"key {number}";
        Breaker = createBreaker(Hint);
    }

    /// <summary>Gets what tells it from the backend's other keys, from 1.</summary>
    public int Number { get; }

    /// <summary>Gets what may be shown of it.</summary>
    public string Hint { get; }

    /// <summary>Gets its health.</summary>
    public CircuitBreaker Breaker { get; }

    /// <summary>Whether this is the key that is presented there.</summary>
    public bool Is(string otherValue, string otherPlace) => value == otherValue && place == otherPlace;

    /// <summary>Returns the header value that presents it.</summary>
    public string Present(string prefix) => prefix.Length == 0 ? value : string.Concat(prefix, value);

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
