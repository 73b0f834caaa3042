namespace Sira.Session.Records;

/// <summary>How far a durable subscription has come.</summary>
/// <param name="V">The format.</param>
/// <param name="Position">The position of the last event that was dealt with.</param>
/// <param name="Epoch">How often it was opened.</param>
internal sealed record CursorRecord(int V, long Position, long Epoch);
