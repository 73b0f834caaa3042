using System.Globalization;
using System.Net.Http.Headers;

namespace Sira.Backends.Http;

/// <summary>Finds how long a provider asks to wait, in every spelling that providers use.</summary>
/// <remarks>
/// The first that says something wins: <c>retry-after-ms</c>, <c>Retry-After</c> (seconds, whole or decimal, or a date), what the body says, the reset headers (<c>x-ratelimit-reset</c>, <c>x-ratelimit-reset-requests</c> and the like in OpenAI's durations, <c>anthropic-ratelimit-…-reset</c> in RFC 3339).
/// Of several reset headers those count whose <c>remaining</c> is zero, the longest of them; when none is, the shortest. Negative values and garbage count as absent, and zero loses against anything longer. Nothing above <see cref="Maximum"/> is reported.
/// </remarks>
internal static class RetryAfterParser
{
    /// <summary>The longest delay reported; daily quotas reset within it.</summary>
    public static readonly TimeSpan Maximum = TimeSpan.FromDays(1);

    // In reset headers, a bare number below this is a number of seconds to wait, above it a point in Unix time.
    private const double EpochInReset = 30 * 86400d;

    // Retry-After counts seconds, however many.
    private const double EpochInRetryAfter = double.PositiveInfinity;

    // Unix time in seconds stays below this until the year 5138; more is milliseconds.
    private const double MillisecondsThreshold = 1e11;

    /// <summary>Finds the delay.</summary>
    /// <param name="headers">The response's headers.</param>
    /// <param name="body">What the body asks for.</param>
    /// <param name="now">The present, for dates.</param>
    /// <param name="limited">Whether a limit was hit. The reset headers stand on every response of some providers and mean nothing for other failures.</param>
    /// <returns>The delay, or <see langword="null"/> when the response does not say.</returns>
    public static TimeSpan? Parse(HttpResponseHeaders headers, TimeSpan? body, DateTimeOffset now, bool limited)
    {
        TimeSpan? found = null;
        foreach (var candidate in (ReadOnlySpan<TimeSpan?>)[Milliseconds(headers), RetryAfter(headers, now), body])
        {
            if (candidate > TimeSpan.Zero)
            {
                return Cap(candidate.Value);
            }

            found ??= candidate == TimeSpan.Zero ? candidate : null;
        }

        var reset = limited ? Resets(headers, now) : null;
        return reset > TimeSpan.Zero ? Cap(reset.Value) : found ?? reset;
    }

    private static TimeSpan Cap(TimeSpan value) => value < Maximum ? value : Maximum;

    private static TimeSpan? Milliseconds(HttpResponseHeaders headers) =>
        Get(headers, "retry-after-ms") is { } text && RetryDuration.TryNumber(text.AsSpan().Trim(), out var value) && value <= int.MaxValue
            ? TimeSpan.FromMilliseconds(value)
            : null;

    private static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now) =>
        Get(headers, "Retry-After") is { } text ? Instant(text, now, EpochInRetryAfter) : null;

    private static TimeSpan? Resets(HttpResponseHeaders headers, DateTimeOffset now)
    {
        TimeSpan? exhausted = null;
        TimeSpan? shortest = null;
        foreach (var header in headers.NonValidated)
        {
            if (!TryGetRemainingName(header.Key, out var remainingName) || Instant(header.Value.ToString(), now, EpochInReset) is not { } reset)
            {
                continue;
            }

            shortest = shortest is null || reset < shortest ? reset : shortest;
            if (Get(headers, remainingName) is { } remaining && RetryDuration.TryNumber(remaining.AsSpan().Trim(), out var left) && left <= 0)
            {
                exhausted = exhausted is null || reset > exhausted ? reset : exhausted;
            }
        }

        return exhausted ?? shortest;
    }

    // x-ratelimit-reset, x-ratelimit-reset-tokens, ratelimit-reset; anthropic-ratelimit-tokens-reset.
    private static bool TryGetRemainingName(string name, out string remaining)
    {
        remaining = name.StartsWith("x-ratelimit-reset", StringComparison.OrdinalIgnoreCase)
            || name.Equals("ratelimit-reset", StringComparison.OrdinalIgnoreCase)
            || (name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase) && name.EndsWith("-reset", StringComparison.OrdinalIgnoreCase))
                ? name.Replace("-reset", "-remaining", StringComparison.OrdinalIgnoreCase)
                : string.Empty;
        return remaining.Length > 0;
    }

    private static TimeSpan? Instant(string text, DateTimeOffset now, double epochThreshold)
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

    // A moment that has passed means that waiting is over; one beyond the cap must not overflow on its way there.
    private static TimeSpan NotNegative(double seconds) =>
        double.IsNaN(seconds) || seconds <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(seconds, Maximum.TotalSeconds));

    private static string? Get(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.Count > 0 ? First(values) : null;

    private static string First(HeaderStringValues values)
    {
        foreach (var value in values)
        {
            return value;
        }

        return string.Empty;
    }
}
