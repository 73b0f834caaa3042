namespace Sira.Simulation.Replay;

/// <summary>Who gave some of the answers.</summary>
/// <param name="Target">The target, <c>backend/model</c>; <c>(no target)</c> for what no provider answered, such as a cache.</param>
/// <param name="IsFallback">Whether it answered as a fallback of its route.</param>
/// <param name="Answers">How many.</param>
/// <param name="Share">Their share of all answers, from 0 to 1.</param>
public sealed record AnswerSource(string Target, bool IsFallback, int Answers, double Share);
