namespace Sira.Session.Records;

/// <summary>Tells that a log has a fork, which needs it.</summary>
/// <param name="V">The format.</param>
/// <param name="Stream">The log of the fork.</param>
/// <param name="At">When it was begun to be made.</param>
internal sealed record ForkRecord(int V, string Stream, DateTimeOffset At);
