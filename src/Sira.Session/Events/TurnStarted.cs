using Sira.Session.Turns;

namespace Sira.Session.Events;

/// <summary>A turn was started. One that was open before and never ended was given up.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
/// <param name="Turn">The turn.</param>
public sealed record TurnStarted(long Version, DateTimeOffset At, SessionTurn Turn) : SessionEvent(Version, At);
