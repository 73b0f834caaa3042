namespace Sira.Simulation.Replay;

/// <summary>What became of the log's requests under one policy.</summary>
public sealed record PolicyReport
{
    /// <summary>Gets the policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>Gets the number of requests.</summary>
    public required int Requests { get; init; }

    /// <summary>Gets how many were answered whole.</summary>
    public required int Answered { get; init; }

    /// <summary>Gets how many failed, by kind: <see cref="Errors.RequestFailureKind"/>, with the provider's error after a slash where there was one.</summary>
    public required IReadOnlyDictionary<string, int> Failures { get; init; }

    /// <summary>Gets the share of requests that were answered whole, from 0 to 1.</summary>
    public double Availability => Requests == 0 ? 1 : (double)Answered / Requests;

    /// <summary>Gets the US dollars of all attempts whose price is known, those that failed included.</summary>
    public required decimal Cost { get; init; }

    /// <summary>Gets the part of <see cref="Cost"/> that is estimated, because an attempt was abandoned before its provider reported usage.</summary>
    public required decimal EstimatedCost { get; init; }

    /// <summary>Gets the attempts whose price is unknown, and which <see cref="Cost"/> therefore lacks.</summary>
    public required int UnpricedAttempts { get; init; }

    /// <summary>Gets the latency of whole answers.</summary>
    public required LatencySummary Latency { get; init; }

    /// <summary>Gets the time to the first text of answered streams.</summary>
    public required LatencySummary FirstToken { get; init; }

    /// <summary>Gets who answered, most answers first.</summary>
    public required IReadOnlyList<AnswerSource> Sources { get; init; }

    /// <summary>Gets the share of answers that a fallback gave.</summary>
    public double FallbackShare => Sources.Where(static source => source.IsFallback).Sum(static source => source.Share);

    /// <summary>Gets the attempts made at providers.</summary>
    public required int Attempts { get; init; }

    /// <summary>Gets the attempts made at providers, per request.</summary>
    public double AttemptsPerRequest => Requests == 0 ? 0 : (double)Attempts / Requests;
}
