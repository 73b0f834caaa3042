namespace Sira.Kernel.Messaging.Journal;

/// <summary>How far a durable group has come, as it stands in the journal when the group is opened.</summary>
/// <param name="Epoch">The number of this opening; higher than that of any before.</param>
/// <param name="Cursor">Everything up to this position is done or has a row.</param>
/// <param name="Claimed">Everything behind this position has certainly not been handed to a handler.</param>
/// <param name="Rows">What is not done up to the cursor, with the records, by ascending position.</param>
public sealed record JournalGroup(long Epoch, long Cursor, long Claimed, IReadOnlyList<JournalPending> Rows);
