namespace Sira.Session.Events;

/// <summary>The session was made as a fork: the first event of its own, behind those that it shares with its parent.</summary>
/// <param name="Version">See <see cref="SessionEvent"/>.</param>
/// <param name="At">See <see cref="SessionEvent"/>.</param>
/// <param name="Id">The id of the session.</param>
/// <param name="User">The user that it belongs to.</param>
/// <param name="IdleTimeToLive">How long it is kept when nothing is appended.</param>
/// <param name="TimeToLive">How long it is kept in all.</param>
/// <param name="Parent">The id of the session that it is a fork of.</param>
/// <param name="ParentVersion">The version of that session up to which it is the same.</param>
public sealed record SessionForked(long Version, DateTimeOffset At, string Id, string? User, TimeSpan? IdleTimeToLive, TimeSpan? TimeToLive, string Parent, long ParentVersion) : SessionEvent(Version, At)
{
    /// <summary>The logs that hold what it shares, oldest first.</summary>
    internal IReadOnlyList<Views.StreamPiece> Ancestors { get; init; } = [];
}
