using Sira.Simulation;

namespace Sira.Tests.Simulation;

/// <summary>A request as it reached a provider.</summary>
/// <param name="Target">The target, <c>backend/model</c>.</param>
/// <param name="At">The clock's timestamp.</param>
/// <param name="Request">The provider's record of it.</param>
/// <param name="OfTarget">The target's breaker when it arrived.</param>
/// <param name="OfProvider">The provider's breaker when it arrived.</param>
internal sealed record Arrival(string Target, long At, SimulatedRequest Request, Circuit OfTarget, Circuit OfProvider)
{
    public string Backend => Target[..Target.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>What the provider set out to say; <see langword="null"/> where a fault stood in its place.</summary>
    public string? Text { get; set; }

    public int InputTokens { get; set; }

    public int OutputTokens { get; set; }

    /// <summary>The targets that could have been asked instead.</summary>
    public IReadOnlyList<string> Alternatives { get; init; } = [];

    /// <summary>Whether the breakers let it through, and not only because there was no other way.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>The requests of its target that were open when it arrived, itself included.</summary>
    public int OpenAtTarget { get; set; }

    /// <summary>The same of its backend.</summary>
    public int OpenAtBackend { get; set; }

    public bool IsOpen => Request.Outcome == SimulatedRequestOutcome.InProgress;
}
