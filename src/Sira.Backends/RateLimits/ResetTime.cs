using System.Globalization;

namespace Sira.Backends.RateLimits;

/// <summary>Reads when something is over, in the spellings of rate-limit headers: seconds to wait, a duration with units, a point in Unix time, a date.</summary>
internal static class ResetTime
{
    /// <summary>A bare number from this on is a point in Unix time and not a number of seconds to wait: 30 days.</summary>
    public const double EpochThreshold = 30 * 86400d;

    // Unix time in seconds stays below this until the year 5138; more is milliseconds.
    private const double MillisecondsThreshold = 1e11;

    // Longer than any window of a provider; also keeps the arithmetic of TimeSpan in range.
    private const double MaximumSeconds = 366 * 86400d;

    /// <summary>Reads a time.</summary>
    /// <param name="text">The header's value.</param>
    /// <param name="now">The present.</param>
    /// <param name="epochThreshold">From which number on a bare number is a point in time.</param>
    /// <returns>How long from now, zero for what has passed; <see langword="null"/> for what is no time.</returns>
    public static TimeSpan? Read(string text, DateTimeOffset now, double epochThreshold = EpochThreshold)
    {
        if (RetryDuration.TryNumber(text.AsSpan().Trim(), out var number))
        {
            if (number < epochThreshold)
            {
                return NotNegative(number);
            }

            var unixSeconds = number < MillisecondsThreshold ? number : number / 1000;
            return NotNegative(unixSeconds - (now.ToUnixTimeMilliseconds() / 1000d));
        }

        if (RetryDuration.TryParse(text, out var duration))
        {
            return duration;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var date)
            ? NotNegative((date - now).TotalSeconds)
            : null;
    }

    // A moment that has passed means that waiting is over; one far away must not overflow on its way here.
    private static TimeSpan NotNegative(double seconds) =>
        double.IsNaN(seconds) || seconds <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(seconds, MaximumSeconds));
}
