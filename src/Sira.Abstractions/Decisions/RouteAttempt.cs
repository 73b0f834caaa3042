using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Requests;

namespace Sira.Decisions;

/// <summary>One call of one target.</summary>
public sealed record RouteAttempt
{
    /// <summary>Gets the target, <c>backend/model</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Gets when it began, counted from the beginning of the request.</summary>
    public required TimeSpan StartedAfter { get; init; }

    /// <summary>Gets how long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Gets how long the first token took; <see langword="null"/> for unary calls and when none came.</summary>
    public TimeSpan? FirstToken { get; init; }

    /// <summary>Gets what went wrong, or <see langword="null"/> when it answered.</summary>
    public BackendErrorKind? Error { get; init; }

    /// <summary>Gets the HTTP status of a failure, if a response arrived.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Gets the usage that the provider reported; <see langword="null"/> when it reported none.</summary>
    public UsageDetails? Usage { get; init; }

    /// <summary>Gets the US dollars billed, or <see langword="null"/> when price or usage is unknown.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Gets whether <see cref="Cost"/> is an estimate, because the attempt was abandoned before the provider reported its usage. It reckons the estimated input and what had been received.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>Gets the most that the attempt can have cost when <see cref="IsEstimated"/> is set: the input and the longest answer that was allowed. <see langword="null"/> when price or limit is unknown.</summary>
    public decimal? CostBound { get; init; }

    /// <summary>Gets whether it was sent beside another one because that was slow.</summary>
    public bool IsHedge { get; init; }

    /// <summary>Gets the most output tokens that the attempt could write because a strict budget reserved no more, or <see langword="null"/> where none held it.</summary>
    public int? OutputLimit { get; init; }

    /// <summary>Gets the policy by which it took over from a stream that had broken, or <see langword="null"/>.</summary>
    public StreamRecovery? Recovery { get; init; }
}
