namespace Sira.Storage.Events;

/// <summary>What came of appending.</summary>
/// <param name="IsDone">Whether the events were appended.</param>
/// <param name="Version">The version of the stream now: the number of the last event that was appended, or what it has instead of what was expected.</param>
/// <param name="Position">The place of the last event among those of all streams; 0 for an engine without one order, or when nothing was appended.</param>
public readonly record struct AppendResult(bool IsDone, long Version, long Position = 0);
