namespace Sira.Simulation.Faults;

/// <summary>How a body ends before its time.</summary>
/// <param name="Kind">How.</param>
/// <param name="AfterTokens">After how many tokens.</param>
internal sealed record BodyEnd(BodyEndKind Kind, int AfterTokens);
