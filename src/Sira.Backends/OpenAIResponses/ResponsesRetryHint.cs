using System.Buffers;
using System.Globalization;

namespace Sira.Backends.OpenAIResponses;

/// <summary>The delay in a rate limit's message: "Please try again in 1m2.5s." An error event in a stream has no header that would say it.</summary>
internal static class ResponsesRetryHint
{
    private const string Marker = "try again in ";

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    // Longer than any rate limit's window; what claims more is not a delay.
    private static readonly TimeSpan Maximum = TimeSpan.FromDays(1);

    public static TimeSpan? Read(string? message)
    {
        var at = message?.IndexOf(Marker, StringComparison.OrdinalIgnoreCase) ?? -1;
        if (at < 0)
        {
            return null;
        }

        var rest = message.AsSpan(at + Marker.Length);
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
            unit.StartsWith("ms") ? (0.001, 2)
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
