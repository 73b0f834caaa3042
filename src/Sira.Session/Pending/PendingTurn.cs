using Sira.Session.Turns;

namespace Sira.Session.Pending;

/// <summary>The turn that the messages which follow belong to. No event of its own.</summary>
internal sealed record PendingTurn(SessionTurn Turn) : PendingChange;
