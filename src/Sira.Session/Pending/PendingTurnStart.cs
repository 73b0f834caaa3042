namespace Sira.Session.Pending;

/// <summary>A turn that is to be started.</summary>
internal sealed record PendingTurnStart : PendingChange;
