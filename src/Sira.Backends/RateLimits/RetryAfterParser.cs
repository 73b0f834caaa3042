using System.Net.Http.Headers;

namespace Sira.Backends.RateLimits;

/// <summary>Finds how long a provider asks to wait, in every spelling that providers use.</summary>
/// <remarks>
/// The first that says something wins, in agentgateway's order: <c>Retry-After</c> (seconds, whole or decimal, or a date), <c>retry-after-ms</c>, what the body says, <c>x-ratelimit-reset</c> (seconds below 30 days, Unix time above),
/// then the reset headers of single limits (<c>x-ratelimit-reset-requests</c> and the like in OpenAI's durations, Cerebras' by day and minute, <c>anthropic-ratelimit-…-reset</c> in RFC 3339).
/// Of several single limits those count whose <c>remaining</c> is zero, the longest of them since all must be waited for; when none is, the shortest. Negative values and garbage count as absent, and zero loses against anything longer.
/// Nothing above <see cref="Maximum"/> is reported.
/// </remarks>
internal static class RetryAfterParser
{
    /// <summary>The longest delay reported; daily quotas reset within it.</summary>
    public static readonly TimeSpan Maximum = TimeSpan.FromDays(1);

    // Retry-After counts seconds, however many.
    private const double EpochInRetryAfter = double.PositiveInfinity;

    /// <summary>Finds the delay.</summary>
    /// <param name="headers">The response's headers.</param>
    /// <param name="body">What the body asks for.</param>
    /// <param name="now">The present, for dates.</param>
    /// <param name="limited">Whether a limit was hit. The reset headers stand on every response of some providers and mean nothing for other failures.</param>
    /// <returns>The delay, or <see langword="null"/> when the response does not say.</returns>
    public static TimeSpan? Parse(HttpResponseHeaders headers, TimeSpan? body, DateTimeOffset now, bool limited)
    {
        TimeSpan? found = null;
        foreach (var candidate in (ReadOnlySpan<TimeSpan?>)[RetryAfter(headers, now), Milliseconds(headers), body])
        {
            if (candidate > TimeSpan.Zero)
            {
                return Cap(candidate.Value);
            }

            found ??= candidate == TimeSpan.Zero ? candidate : null;
        }

        var reset = limited ? Reset(headers, now) : null;
        return reset > TimeSpan.Zero ? Cap(reset.Value) : found ?? reset;
    }

    private static TimeSpan Cap(TimeSpan value) => value < Maximum ? value : Maximum;

    private static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now) =>
        Get(headers, "Retry-After") is { } text ? ResetTime.Read(text, now, EpochInRetryAfter) : null;

    private static TimeSpan? Milliseconds(HttpResponseHeaders headers) =>
        Get(headers, "retry-after-ms") is { } text && RetryDuration.TryNumber(text.AsSpan().Trim(), out var value) && value <= int.MaxValue
            ? TimeSpan.FromMilliseconds(value)
            : null;

    private static TimeSpan? Reset(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var whole = (Get(headers, "x-ratelimit-reset") ?? Get(headers, "ratelimit-reset")) is { } text ? ResetTime.Read(text, now) : null;
        return whole > TimeSpan.Zero ? whole : Resets(headers, now) ?? whole;
    }

    private static TimeSpan? Resets(HttpResponseHeaders headers, DateTimeOffset now)
    {
        TimeSpan? exhausted = null;
        TimeSpan? shortest = null;
        foreach (var header in headers.NonValidated)
        {
            if (!TryGetRemainingName(header.Key, out var remainingName) || ResetTime.Read(header.Value.ToString(), now) is not { } reset)
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

    // x-ratelimit-reset-tokens, x-ratelimit-reset-requests-day; anthropic-ratelimit-tokens-reset.
    private static bool TryGetRemainingName(string name, out string remaining)
    {
        remaining = name.StartsWith("x-ratelimit-reset-", StringComparison.OrdinalIgnoreCase)
            || (name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase) && name.EndsWith("-reset", StringComparison.OrdinalIgnoreCase))
                ? name.Replace("-reset", "-remaining", StringComparison.OrdinalIgnoreCase)
                : string.Empty;
        return remaining.Length > 0;
    }

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
