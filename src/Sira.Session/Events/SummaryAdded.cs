using Sira.Session.History;

namespace Sira.Session.Events;

/// <summary>A summary of a part of the history was added. The part itself stays.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
/// <param name="Summary">The summary.</param>
public sealed record SummaryAdded(long Version, DateTimeOffset At, SessionSummary Summary) : SessionEvent(Version, At);
