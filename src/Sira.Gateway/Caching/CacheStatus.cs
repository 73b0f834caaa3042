using Sira.Decisions;

namespace Sira.Gateway.Caching;

/// <summary>What the cache did for an answer. An answer of the cache has this instead of a <see cref="RouteDecision"/>: nothing was decided and nothing was billed for it.</summary>
public sealed record CacheStatus
{
    /// <summary>The key in the <c>AdditionalProperties</c> of a response and of a stream's last update.</summary>
    public const string PropertyName = "sira.cache";

    /// <summary>Gets where the answer came from.</summary>
    public required CacheOutcome Outcome { get; init; }

    /// <summary>Gets how the request matched; <see langword="null"/> for a miss.</summary>
    public CacheMatch? Match { get; init; }

    /// <summary>Gets how long ago the answer was stored; <see langword="null"/> for a miss.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Gets how similar the two last messages are; <see langword="null"/> unless <see cref="Match"/> is <see cref="CacheMatch.Semantic"/>.</summary>
    public double? Similarity { get; init; }

    /// <summary>Gets whether the answer was waited for, because the same request was under way already.</summary>
    public bool IsCoalesced { get; init; }

    /// <summary>Gets the target that gave the answer when it was made, <c>backend/model</c>, where that is known; <see langword="null"/> for a miss, whose decision says it.</summary>
    public string? Target { get; init; }

    /// <summary>Gets in which way the answer is less than what was asked for: <see cref="DegradedMode.StaleCache"/> for one that had expired.</summary>
    public DegradedMode Degraded => Outcome == CacheOutcome.StaleHit ? DegradedMode.StaleCache : DegradedMode.None;

    internal static CacheStatus Miss { get; } = new() { Outcome = CacheOutcome.Miss };
}
