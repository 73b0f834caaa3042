namespace Sira.Kernel.Messaging.Journal;

/// <summary>What a group knows of a message that it has not finished.</summary>
/// <param name="Position">The message.</param>
/// <param name="Deliveries">How often a handler was given it.</param>
/// <param name="Crashes">How often its owner may have died of it: a handler had it, and was never heard of again.</param>
/// <param name="RetryAt">When it is tried again; <see langword="null"/> where nothing failed.</param>
/// <param name="FirstFailedAt">When it failed first.</param>
public sealed record JournalRow(long Position, int Deliveries, int Crashes, DateTimeOffset? RetryAt, DateTimeOffset? FirstFailedAt);
