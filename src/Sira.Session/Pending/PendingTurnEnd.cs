using Sira.Session.Turns;

namespace Sira.Session.Pending;

/// <summary>A turn that is to be ended.</summary>
internal sealed record PendingTurnEnd(SessionTurn Turn, TurnEnd End) : PendingChange;
