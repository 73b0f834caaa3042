namespace Sira.Decisions;

/// <summary>One target of a route, as one decision saw it.</summary>
/// <param name="Target">The target, <c>backend/model</c>.</param>
/// <param name="Score">The strategy's score, lower is better; <see langword="null"/> when it was dropped before scoring.</param>
/// <param name="Dropped">Why it was no candidate, or <see langword="null"/> when it was one.</param>
/// <param name="Reason">One sentence: why it stands where it stands, or why it was dropped.</param>
/// <param name="Fallback">What kind of fallback it is, if it is one.</param>
public sealed record RouteCandidate(string Target, double? Score, DropReason? Dropped, string Reason, FallbackKind Fallback)
{
    /// <summary>Gets whether it is a fallback, tried only after the route's own targets.</summary>
    public bool IsFallback => Fallback is not FallbackKind.None;
}
