using System.Buffers;
using System.Globalization;

namespace Sira.Backends.RateLimits;

/// <summary>The delay in a rate limit's message: "Please try again in 1m2.5s.", "Please retry after 20 seconds." An error event in a stream has no header that would say it.</summary>
internal static class RetryHint
{
    // OpenAI and Groq; Azure; Google.
    private static readonly string[] Markers = ["try again in ", "retry after ", "retry in "];

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    // Longer than any rate limit's window; what claims more is not a delay.
    private static readonly TimeSpan Maximum = TimeSpan.FromDays(1);

    public static TimeSpan? Read(string? message)
    {
        foreach (var marker in Markers)
        {
            var at = message?.IndexOf(marker, StringComparison.OrdinalIgnoreCase) ?? -1;
            if (at >= 0)
            {
                return ReadDuration(message.AsSpan(at + marker.Length));
            }
        }

        return null;
    }

    private static TimeSpan? ReadDuration(ReadOnlySpan<char> rest)
    {
        var seconds = 0d;
        var any = false;
        while (TryTake(ref rest, out var amount))
        {
            seconds += amount;
            any = true;
        }

        return any && seconds <= Maximum.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static bool TryTake(ref ReadOnlySpan<char> rest, out double seconds)
    {
        seconds = 0;
        var length = rest.IndexOfAnyExcept(NumberCharacters);
        if (length <= 0 || !double.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var unit = rest[length..].TrimStart(' ');
        (double Scale, int Length) found =
            unit.StartsWith("milli", StringComparison.Ordinal) ? (0.001, unit.Length)
            : unit.StartsWith("ms") ? (0.001, 2)
            : unit.StartsWith("second", StringComparison.Ordinal) ? (1, unit.Length)
            : unit.StartsWith('s') ? (1, 1)
            : unit.StartsWith('m') ? (60, 1)
            : unit.StartsWith('h') ? (3600, 1)
            : unit.StartsWith('d') ? (86400, 1)
            : (0, 0);
        if (found.Length == 0)
        {
            return false;
        }

        seconds = number * found.Scale;
        rest = unit[found.Length..];
        return true;
    }
}
