namespace Sira.Storage.Messaging;

/// <summary>What the parts of a journal have in common.</summary>
internal sealed record JournalContext(IStorageEngine Engine, StorageJournalOptions Options, JournalKeys Keys, TimeProvider Time, JournalLog Log);
