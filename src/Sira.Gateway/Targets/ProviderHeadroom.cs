using Sira.Backends;

namespace Sira.Gateway.Targets;

/// <summary>How much of a provider's rate limits is left, reckoned from what it said last.</summary>
internal static class ProviderHeadroom
{
    // Providers limit requests and tokens per minute; one that does not say when they are full again has begun a new minute by then.
    private static readonly TimeSpan UsualWindow = TimeSpan.FromMinutes(1);

    /// <summary>Reckons the headroom.</summary>
    /// <param name="status">What the provider said.</param>
    /// <param name="elapsed">How long ago.</param>
    /// <param name="inFlight">The calls under way, which it may not have counted yet: without them a burst would find the same headroom for each of its calls.</param>
    /// <param name="tokensInFlight">Their estimated tokens.</param>
    /// <returns>The lesser part that is left of requests and tokens, from 0 to 1; <see langword="null"/> when neither is known.</returns>
    public static double? Of(RateLimitStatus status, TimeSpan elapsed, long inFlight, long tokensInFlight)
    {
        var requests = Of(status.RemainingRequests, status.RequestLimit, status.RequestReset, elapsed, inFlight);
        var tokens = Of(status.RemainingTokens, status.TokenLimit, status.TokenReset, elapsed, tokensInFlight);
        return requests is null ? tokens : tokens is null ? requests : Math.Min(requests.Value, tokens.Value);
    }

    private static double? Of(long? remaining, long? limit, TimeSpan? reset, TimeSpan elapsed, long inFlight)
    {
        var window = reset is { } said ? said : UsualWindow;
        var recovered = window <= TimeSpan.Zero ? 1 : Math.Clamp(elapsed / window, 0, 1);
        if (remaining is null || limit is not > 0)
        {
            // Without the limit only nothing at all is a known part of it, until it is full again.
            return remaining <= 0 && recovered < 1 ? 0 : null;
        }

        var left = Math.Clamp((double)remaining.Value, 0, limit.Value);
        return Math.Clamp((left + ((limit.Value - left) * recovered) - inFlight) / limit.Value, 0, 1);
    }
}
