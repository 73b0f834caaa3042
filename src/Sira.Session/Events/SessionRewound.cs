namespace Sira.Session.Events;

/// <summary>History and state became again what they were at a version. What came behind it stays in the log.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
/// <param name="To">The version.</param>
public sealed record SessionRewound(long Version, DateTimeOffset At, long To) : SessionEvent(Version, At);
