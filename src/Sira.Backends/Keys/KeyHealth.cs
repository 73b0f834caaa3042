using Sira.Errors;
using Sira.Kernel.Health;

namespace Sira.Backends.Keys;

/// <summary>What breaks a key, and for how long.</summary>
internal static class KeyHealth
{
    /// <summary>How long a key rests after a rate limit that named no time.</summary>
    public static readonly TimeSpan RateLimitRest = TimeSpan.FromSeconds(5);

    /// <summary>How long a key rests at least whose quota is used up: a delay named beside it, such as Google's, is that of the rate limit and not of the quota.</summary>
    public static readonly TimeSpan QuotaRest = TimeSpan.FromMinutes(5);

    /// <summary>How long a key rests that was refused: long, yet not for ever, since an account may be paid or a permission granted meanwhile.</summary>
    public static readonly TimeSpan RefusalRest = TimeSpan.FromMinutes(10);

    /// <summary>Gets the options of the keys' breakers.</summary>
    /// <remarks>
    /// A single refusal says all there is to say, with its own time to rest; so nothing is counted, and the breaker opens only on what <see cref="GetRest"/> asks for. A probe that fails escalates: 5 s, 10 s, … up to
    /// 5 minutes, or what was asked for if that is longer. There is no jitter, since the gateway waits exactly as long as a provider asks and must then find the key ready; and no slow start, since keys have no weight.
    /// A row of breaks ends after a minute, the window of most rate limits.
    /// </remarks>
    public static CircuitBreakerOptions Options { get; } = new()
    {
        ConsecutiveFailures = 0,
        MinimumThroughput = int.MaxValue,
        BreakDuration = RateLimitRest,
        MaximumBreakDuration = QuotaRest,
        Jitter = 0,
        SlowStart = TimeSpan.Zero,
        SamplingDuration = TimeSpan.FromMinutes(1),
        HalfOpenProbes = 1,
    };

    /// <summary>Returns how long a key rests.</summary>
    /// <param name="kind">What went wrong; of <see cref="HealthScope.Key"/>.</param>
    /// <param name="retryAfter">How long the provider asked to wait.</param>
    public static TimeSpan GetRest(BackendErrorKind kind, TimeSpan? retryAfter) => kind switch
    {
        BackendErrorKind.RateLimited => retryAfter ?? RateLimitRest,
        BackendErrorKind.QuotaExhausted => retryAfter > QuotaRest ? retryAfter.Value : QuotaRest,
        _ => RefusalRest,
    };
}
