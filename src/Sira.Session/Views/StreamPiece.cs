namespace Sira.Session.Views;

/// <summary>The part of a session that one log holds.</summary>
/// <param name="Stream">The name of the log.</param>
/// <param name="Base">The version of the session before the log's first event.</param>
/// <param name="UpTo">The last version of the session that is taken from it.</param>
internal sealed record StreamPiece(string Stream, long Base, long UpTo);
