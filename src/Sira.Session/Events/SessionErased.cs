namespace Sira.Session.Events;

/// <summary>The session was deleted, and its log is kept only for its forks, which do not show this event.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
public sealed record SessionErased(long Version, DateTimeOffset At) : SessionEvent(Version, At);
