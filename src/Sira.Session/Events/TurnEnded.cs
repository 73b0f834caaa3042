using Sira.Session.Turns;

namespace Sira.Session.Events;

/// <summary>A turn has ended.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
/// <param name="Turn">The turn.</param>
/// <param name="End">How.</param>
public sealed record TurnEnded(long Version, DateTimeOffset At, SessionTurn Turn, TurnEnd End) : SessionEvent(Version, At);
