namespace Sira.Kernel.Messaging.Journal;

/// <summary>What a group notes at once.</summary>
/// <param name="Epoch">The opening that notes it.</param>
/// <param name="Cursor">The new cursor, never lower than before.</param>
/// <param name="Claimed">The new claim, never lower than the cursor.</param>
/// <param name="Upserts">Rows to set.</param>
/// <param name="Removals">Positions whose rows go; there need not be one.</param>
/// <param name="DeadLetters">Messages that are set aside.</param>
public sealed record JournalCommit(
    long Epoch,
    long Cursor,
    long Claimed,
    IReadOnlyList<JournalRow> Upserts,
    IReadOnlyList<long> Removals,
    IReadOnlyList<JournalDeadLetter> DeadLetters);
