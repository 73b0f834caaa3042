using Sira.Session.History;

namespace Sira.Session.Pending;

/// <summary>A summary that is to be appended.</summary>
internal sealed record PendingSummary(SessionSummary Summary) : PendingChange;
