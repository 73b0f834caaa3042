namespace Sira.Kernel.Messaging.Journal;

/// <summary>A message that a group has not finished.</summary>
/// <param name="Row">What the group knows of it.</param>
/// <param name="Record">The message.</param>
public sealed record JournalPending(JournalRow Row, JournalRecord Record);
