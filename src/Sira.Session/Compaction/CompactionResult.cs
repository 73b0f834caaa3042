namespace Sira.Session.Compaction;

/// <summary>What came of a compaction.</summary>
/// <param name="Status">What.</param>
/// <param name="Summaries">How many summaries were appended.</param>
/// <param name="RestUntil">Until when the session is left alone; <see langword="null"/> where it is not.</param>
/// <param name="Error">What failed.</param>
public sealed record CompactionResult(CompactionStatus Status, int Summaries, DateTimeOffset? RestUntil = null, Exception? Error = null);
