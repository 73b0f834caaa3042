using Sira.Session.History;

namespace Sira.Session.Compaction;

/// <summary>What is to be summarised.</summary>
/// <param name="History">The history.</param>
/// <param name="Ranges">The parts that have no summary yet, oldest first: whole turns, as <see cref="CompactionPlanner"/> finds them.</param>
public sealed record CompactionRequest(SessionHistory History, IReadOnlyList<CompactionRange> Ranges);
