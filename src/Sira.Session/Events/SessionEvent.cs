namespace Sira.Session.Events;

/// <summary>Something that has happened in a session, as it stands in its log.</summary>
/// <param name="Version">Its number in the session, from 1 on without a gap: the version of the session behind it. A fork goes on counting where it left its parent.</param>
/// <param name="At">When it was appended, by the clock of who appended it, in milliseconds.</param>
public abstract record SessionEvent(long Version, DateTimeOffset At);
