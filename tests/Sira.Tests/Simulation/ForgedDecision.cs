using Sira.Decisions;

namespace Sira.Tests.Simulation;

/// <summary>A decision that no gateway made, to see whether it is noticed.</summary>
internal sealed class ForgedDecision : RouteDecision
{
    public IReadOnlyList<RouteAttempt> Forged { get; init; } = [];

    public string? ForgedTarget { get; init; }

    public string? ForgedVariant { get; init; }

    public long Version { get; init; }

    public override string Route => "forged";

    public override string Strategy => "forged";

    public override long SnapshotVersion => Version;

    public override IReadOnlyList<RouteCandidate> Candidates => [];

    public override IReadOnlyList<RouteAttempt> Attempts => Forged;

    public override string? Target => ForgedTarget;

    public override long EstimatedInputTokens => 0;

    public override decimal? Cost => 0;

    public override string? Variant => ForgedVariant;

    public override string ToString() => "forged";
}
