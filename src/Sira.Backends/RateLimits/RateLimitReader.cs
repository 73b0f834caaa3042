using System.Net.Http.Headers;

namespace Sira.Backends.RateLimits;

/// <summary>Reads what an answer says of rate limits.</summary>
/// <remarks>
/// Understood are OpenAI's headers and those of who follows it (Azure, Groq, xAI, Together), Cerebras' and Mistral's by window, Anthropic's, and those that name no resource (OpenRouter, the IETF's drafts), which count requests.
/// Of several windows of the same resource the one counts of which the least is left. Where the tokens that are read and those that are generated are limited apart, as by Anthropic beside a limit of both, such a part counts only
/// when there is nothing else or nothing is left of it. Costs nothing but a look at the names where there are none.
/// </remarks>
internal static class RateLimitReader
{
    // No provider states more; a hostile one must not make this slow.
    private const int MaximumWindows = 8;

    /// <summary>Reads the headers.</summary>
    /// <param name="headers">The answer's headers.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The status, or <see langword="null"/> when nothing is said.</returns>
    public static RateLimitStatus? Read(HttpResponseHeaders headers, TimeProvider time)
    {
        Span<RateLimitWindow> windows = stackalloc RateLimitWindow[MaximumWindows];
        var count = 0;
        DateTimeOffset now = default;
        foreach (var header in headers.NonValidated)
        {
            if (!RateLimitHeader.TryParse(header.Key, out var name) || name.Resource == RateLimitResource.Other)
            {
                continue;
            }

            now = now == default ? time.GetUtcNow() : now;
            var index = 0;
            while (index < count && !windows[index].Is(name))
            {
                index++;
            }

            if (index == MaximumWindows)
            {
                continue;
            }

            if (index == count)
            {
                windows[count++] = new RateLimitWindow(name);
            }

            windows[index].Set(name.Aspect, header.Value.ToString(), now);
        }

        return count == 0 ? null : Create(windows[..count], time);
    }

    private static RateLimitStatus? Create(ReadOnlySpan<RateLimitWindow> windows, TimeProvider time)
    {
        var requests = Find(windows, RateLimitResource.Requests);
        var tokens = Find(windows, RateLimitResource.Tokens);
        var part = Find(windows, RateLimitResource.PartOfTokens);
        tokens = part >= 0 && (tokens < 0 || windows[part].Remaining == 0) ? part : tokens;
        var (request, token) = (requests < 0 ? default(RateLimitWindow?) : windows[requests], tokens < 0 ? default(RateLimitWindow?) : windows[tokens]);
        var status = new RateLimitStatus
        {
            At = time.GetTimestamp(),
            RequestLimit = request?.Limit,
            RemainingRequests = request?.Remaining,
            RequestReset = request?.Reset,
            TokenLimit = token?.Limit,
            RemainingTokens = token?.Remaining,
            TokenReset = token?.Reset,
        };
        return (status.RequestLimit ?? status.RemainingRequests ?? status.TokenLimit ?? status.RemainingTokens) is null ? null : status;
    }

    private static int Find(ReadOnlySpan<RateLimitWindow> windows, RateLimitResource resource)
    {
        var found = -1;
        for (var i = 0; i < windows.Length; i++)
        {
            if (windows[i].Resource == resource && (found < 0 || windows[i].IsTighterThan(windows[found])))
            {
                found = i;
            }
        }

        return found;
    }
}
