using Sira.Gateway.Configuration;
using Sira.Kernel.Time;

namespace Sira.Gateway.Attempts;

/// <summary>How long to wait before the same target is asked again: exponential with equal jitter, so that callers spread but none comes back at once.</summary>
/// <remarks>Equal jitter after Marc Brooker, "Exponential Backoff and Jitter" (AWS, 2015).</remarks>
internal static class Backoff
{
    public static TimeSpan Delay(RetryOptions options, int retry, TimeSpan? retryAfter, IRandomSource random)
    {
        // 2^20 base delays are far beyond any maximum and still finite.
        var exponential = Math.Min(options.MaxDelay.TotalMilliseconds, options.BaseDelay.TotalMilliseconds * Math.Pow(2, Math.Min(retry, 20)));
        var jittered = TimeSpan.FromMilliseconds(exponential * (0.5 + (0.5 * random.NextDouble())));
        return retryAfter > jittered ? retryAfter.Value : jittered;
    }
}
