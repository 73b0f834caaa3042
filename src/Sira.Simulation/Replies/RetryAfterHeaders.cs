using System.Globalization;
using Sira.Simulation.Faults;
using Sira.Simulation.Wires;

namespace Sira.Simulation.Replies;

/// <summary>Spells a delay in the ways of the providers.</summary>
internal static class RetryAfterHeaders
{
    /// <summary>Returns the ways to use: those asked for, or the provider's own.</summary>
    public static RetryAfterStyle Resolve(RetryAfterStyle style, ErrorShape shape) =>
        style != RetryAfterStyle.Native ? style : shape.RetryAfterStyles.Aggregate(RetryAfterStyle.Native, static (all, one) => all | one);

    /// <summary>Writes the headers.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Write(RetryAfterStyle style, TimeSpan delay, DateTimeOffset now)
    {
        if (style.HasFlag(RetryAfterStyle.HttpDate))
        {
            yield return new("Retry-After", (now + delay).ToString("r", CultureInfo.InvariantCulture));
        }
        else if (style.HasFlag(RetryAfterStyle.Seconds))
        {
            yield return new("Retry-After", Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }

        if (style.HasFlag(RetryAfterStyle.Milliseconds))
        {
            yield return new("retry-after-ms", Math.Ceiling(delay.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }

        if (style.HasFlag(RetryAfterStyle.OpenAIResetHeader))
        {
            yield return new("x-ratelimit-remaining-requests", "0");
            yield return new("x-ratelimit-reset-requests", GoDuration(delay));
        }

        if (style.HasFlag(RetryAfterStyle.AnthropicResetHeader))
        {
            yield return new("anthropic-ratelimit-requests-remaining", "0");
            yield return new("anthropic-ratelimit-requests-reset", (now + delay).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }
    }

    // As Go prints durations: 150ms, 1.5s, 1m30s, 2h0m5s.
    private static string GoDuration(TimeSpan delay)
    {
        if (delay < TimeSpan.FromSeconds(1))
        {
            return Math.Ceiling(delay.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "ms";
        }

        var hours = (int)delay.TotalHours;
        var seconds = (delay - TimeSpan.FromMinutes(Math.Floor(delay.TotalMinutes))).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s";
        var minutes = hours > 0 || delay.Minutes > 0 ? $"{delay.Minutes}m" : "";
        return (hours > 0 ? $"{hours}h" : "") + minutes + seconds;
    }
}
