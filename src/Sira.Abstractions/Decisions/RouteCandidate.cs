namespace Sira.Decisions;

/// <summary>One target of a route, as one decision saw it.</summary>
/// <param name="Target">The target, <c>backend/model</c>.</param>
/// <param name="Score">The strategy's score, lower is better; <see langword="null"/> when it was dropped before scoring.</param>
/// <param name="Dropped">Why it was no candidate, or <see langword="null"/> when it was one.</param>
/// <param name="Reason">One sentence: why it stands where it stands, or why it was dropped.</param>
/// <param name="IsFallback">Whether it is a fallback, tried only after the others.</param>
public sealed record RouteCandidate(string Target, double? Score, DropReason? Dropped, string Reason, bool IsFallback);
