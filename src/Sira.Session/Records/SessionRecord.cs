namespace Sira.Session.Records;

/// <summary>What finds a session by its id. Holds nothing that was said; where it differs from the log, the log is right.</summary>
/// <param name="V">The format.</param>
/// <param name="Id">The id.</param>
/// <param name="Stream">The name of its log.</param>
/// <param name="Parent">The log that it was forked from.</param>
/// <param name="Created">When it was created.</param>
/// <param name="Active">When something was appended last, roughly.</param>
/// <param name="Lifecycle">Where it stands.</param>
/// <param name="Idle">How long it is kept when nothing is appended.</param>
/// <param name="Total">How long it is kept in all.</param>
/// <param name="Owned">Whether it belongs to a user, whose subject then is shared by others.</param>
internal sealed record SessionRecord(int V, string Id, string Stream, string? Parent, DateTimeOffset Created, DateTimeOffset Active, SessionLifecycle Lifecycle, TimeSpan? Idle, TimeSpan? Total, bool Owned);
