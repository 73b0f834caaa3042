namespace Sira.Session.Events;

/// <summary>The session was created: the first event of every session that is no fork.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
/// <param name="Id">The id of the session.</param>
/// <param name="User">The user that it belongs to.</param>
/// <param name="IdleTimeToLive">How long it is kept when nothing is appended.</param>
/// <param name="TimeToLive">How long it is kept in all.</param>
public sealed record SessionCreated(long Version, DateTimeOffset At, string Id, string? User, TimeSpan? IdleTimeToLive, TimeSpan? TimeToLive) : SessionEvent(Version, At);
