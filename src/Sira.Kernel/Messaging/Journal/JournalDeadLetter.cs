using Sira.Kernel.Messaging.DeadLetters;

namespace Sira.Kernel.Messaging.Journal;

/// <summary>A dead letter as a journal keeps it: with the message itself, so that the log need not keep it.</summary>
/// <param name="Letter">Why and when; its <see cref="DeadLetter.Id"/> is 0 until the journal has given it one, ascending from 1.</param>
/// <param name="Record">The message.</param>
public sealed record JournalDeadLetter(DeadLetter Letter, JournalRecord Record);
