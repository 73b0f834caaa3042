namespace Sira.Session;

/// <summary>What came of a sweep.</summary>
/// <param name="Looked">How many records were looked at.</param>
/// <param name="Expired">How many sessions had expired and were deleted.</param>
/// <param name="Finished">How many deletions and erasures that had been interrupted were finished.</param>
/// <param name="IsComplete">Whether the sweep has come to the end; the next one begins anew. Otherwise the next one goes on.</param>
public readonly record struct SweepResult(int Looked, int Expired, int Finished, bool IsComplete);
