namespace Sira.Session.Records;

/// <summary>Tells that a log is to go: as soon as no fork needs it, or together with its forks.</summary>
/// <param name="V">The format.</param>
/// <param name="Parent">The log that it was forked from.</param>
/// <param name="Owned">Whether it belongs to a user.</param>
/// <param name="Erase">Whether its forks go too.</param>
internal sealed record RemovalRecord(int V, string? Parent, bool Owned, bool Erase);
