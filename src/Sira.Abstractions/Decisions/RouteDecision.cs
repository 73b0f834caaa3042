using Microsoft.Extensions.AI;

namespace Sira.Decisions;

/// <summary>Why a request went where it went: every candidate with its score or the reason it was dropped, and every attempt. Recorded as compact facts, rendered when read.</summary>
public abstract class RouteDecision
{
    /// <summary>The key in <see cref="ChatResponse.AdditionalProperties"/> and in those of a stream's last update.</summary>
    public const string PropertyName = "sira.decision";

    /// <summary>Gets the route's name.</summary>
    public abstract string Route { get; }

    /// <summary>Gets the strategy that ranked the candidates.</summary>
    public abstract string Strategy { get; }

    /// <summary>Gets the version of the configuration snapshot that was used.</summary>
    public abstract long SnapshotVersion { get; }

    /// <summary>Gets every target of the route, in the order in which it would be tried; dropped ones last.</summary>
    public abstract IReadOnlyList<RouteCandidate> Candidates { get; }

    /// <summary>Gets the attempts in the order in which they began. Empty when the decision was only explained.</summary>
    public abstract IReadOnlyList<RouteAttempt> Attempts { get; }

    /// <summary>Gets the target that answered, or would be tried first.</summary>
    public abstract string? Target { get; }

    /// <summary>Gets the estimated number of input tokens.</summary>
    public abstract long EstimatedInputTokens { get; }

    /// <summary>Gets the US dollars billed for all attempts, or <see langword="null"/> when the price of one is unknown.</summary>
    public abstract decimal? Cost { get; }

    /// <summary>Gets the arm of the route's traffic split that the request fell into, or <see langword="null"/> without one.</summary>
    public virtual string? Variant => null;

    /// <summary>Gets in which way the answer is less than what was asked for.</summary>
    public virtual DegradedMode Degraded => DegradedMode.None;

    /// <summary>Renders the decision for a person.</summary>
    /// <returns>Several lines.</returns>
    public abstract override string ToString();
}
