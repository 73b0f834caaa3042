namespace Sira.Session;

/// <summary>A page of sessions. May have fewer than were asked for, even none, and yet not be the last.</summary>
/// <param name="Sessions">The sessions, in an order that stays the same.</param>
/// <param name="Next">Where to read on; <see langword="null"/> at the end.</param>
public sealed record SessionPage(IReadOnlyList<SessionListing> Sessions, string? Next);
