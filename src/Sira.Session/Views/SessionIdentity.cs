using Sira.Session.Records;
using Sira.Storage.Keys;

namespace Sira.Session.Views;

/// <summary>What a session is, and where it is stored.</summary>
/// <param name="Info">What it is.</param>
/// <param name="Stream">Its own log.</param>
/// <param name="Base">The version before its own log's first event: 0, or of a fork the one that it left its parent at.</param>
/// <param name="Ancestors">The logs that hold what it shares with others, oldest first.</param>
internal sealed record SessionIdentity(SessionInfo Info, StoreKey Stream, long Base, IReadOnlyList<StreamPiece> Ancestors)
{
    public SessionKey Key => Info.Key;

    /// <summary>The part of the stored names that its encryption key goes by.</summary>
    public string Subject => SessionNames.SubjectOf(Stream.Name);

    /// <summary>Finds the log that holds a version, and with it the pieces that a fork from there needs.</summary>
    public List<StreamPiece> PiecesUpTo(long version)
    {
        var pieces = new List<StreamPiece>(Ancestors.Count + 1);
        foreach (var piece in Ancestors)
        {
            if (piece.UpTo >= version)
            {
                pieces.Add(piece with { UpTo = version });
                return pieces;
            }

            pieces.Add(piece);
        }

        pieces.Add(new StreamPiece(Stream.Name, Base, version));
        return pieces;
    }
}
