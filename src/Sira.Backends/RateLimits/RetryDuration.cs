using System.Buffers;
using System.Globalization;

namespace Sira.Backends.RateLimits;

/// <summary>Parses the spellings of a duration in rate-limit headers: <c>12</c>, <c>1.5</c>, <c>12ms</c>, <c>1m26.4s</c>, <c>6h0m0s</c>, <c>1d2h</c>.</summary>
internal static class RetryDuration
{
    // More than this is no delay but a mistake; also keeps the arithmetic of TimeSpan in range.
    private const double MaximumSeconds = 366 * 86400d;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Parses a duration with units, or a bare number of seconds.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        text = text.Trim();
        if (TryNumber(text, out var bare))
        {
            return TryCreate(bare, out duration);
        }

        var seconds = 0d;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !TryNumber(text[..digits], out var number))
            {
                duration = default;
                return false;
            }

            text = text[digits..];
            var letters = text.IndexOfAny(Digits);
            var unit = letters < 0 ? text : text[..letters];
            if (GetSeconds(unit) is not { } factor)
            {
                duration = default;
                return false;
            }

            seconds += number * factor;
            text = text[unit.Length..];
        }

        return TryCreate(seconds, out duration);
    }

    /// <summary>Parses a number without sign or exponent.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private static bool TryCreate(double seconds, out TimeSpan duration)
    {
        var valid = seconds is >= 0 and <= MaximumSeconds;
        duration = valid ? TimeSpan.FromSeconds(seconds) : default;
        return valid;
    }

    private static double? GetSeconds(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1e-9,
        "us" or "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => null,
    };
}
