using Sira.Decisions;

namespace Sira.Gateway.Decisions;

/// <summary>What a decision remembers of one candidate; its place in the array is the target's place in the route.</summary>
internal struct CandidateFact
{
    /// <summary>The score of the last ranking it took part in; NaN when it never did.</summary>
    public double Score;

    /// <summary>Why it is no candidate, if it is none.</summary>
    public DropReason? Dropped;

    /// <summary>Whether it is not to be tried again in this call.</summary>
    public bool Exhausted;

    public readonly bool IsOpen => Dropped is null && !Exhausted;
}
