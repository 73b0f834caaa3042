namespace Sira.Session.Records;

/// <summary>What finds the sessions of a user.</summary>
/// <param name="V">The format.</param>
/// <param name="Subject">The random name that they are stored under.</param>
/// <param name="Erasing">Whether the user is being erased, so that nothing is created any more.</param>
internal sealed record UserRecord(int V, string Subject, bool Erasing);
