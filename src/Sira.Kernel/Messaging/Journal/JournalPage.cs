namespace Sira.Kernel.Messaging.Journal;

/// <summary>Records that were read together.</summary>
/// <param name="Records">The records, ascending; empty when there is nothing behind the position yet.</param>
/// <param name="Next">The position behind which to read on: everything up to it was looked at. Where nothing was, it is where the reading began.</param>
public sealed record JournalPage(IReadOnlyList<JournalRecord> Records, long Next);
