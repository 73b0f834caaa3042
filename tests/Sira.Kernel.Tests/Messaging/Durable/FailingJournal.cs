using Sira.Kernel.Messaging.Journal;

namespace Sira.Kernel.Tests.Messaging.Durable;

/// <summary>A journal whose store is away for a while.</summary>
internal sealed class FailingJournal(IMessageJournal inner) : IMessageJournal
{
    private volatile bool fails;

    public bool Fails
    {
        get => fails;
        set => fails = value;
    }

    public JournalDurability Durability => inner.Durability;

    public ValueTask<long> AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken) => Up().AppendAsync(records, cancellationToken);

    public ValueTask<JournalPage> ReadAsync(JournalQuery query, CancellationToken cancellationToken) => Up().ReadAsync(query, cancellationToken);

    public ValueTask WaitAsync(long after, CancellationToken cancellationToken) => Up().WaitAsync(after, cancellationToken);

    public ValueTask<JournalGroup> OpenGroupAsync(string group, string pattern, JournalStart start, CancellationToken cancellationToken) => Up().OpenGroupAsync(group, pattern, start, cancellationToken);

    public ValueTask CommitAsync(string group, JournalCommit commit, CancellationToken cancellationToken) => Up().CommitAsync(group, commit, cancellationToken);

    public ValueTask<IReadOnlyList<JournalDeadLetter>> ReadDeadLettersAsync(long after, int maximum, CancellationToken cancellationToken) => Up().ReadDeadLettersAsync(after, maximum, cancellationToken);

    public ValueTask<bool> RemoveDeadLetterAsync(long id, JournalRecord? replacement, CancellationToken cancellationToken) => Up().RemoveDeadLetterAsync(id, replacement, cancellationToken);

    public ValueTask<bool> DeleteGroupAsync(string group, CancellationToken cancellationToken) => Up().DeleteGroupAsync(group, cancellationToken);

    public ValueTask<long> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken) => Up().PruneAsync(now, cancellationToken);

    private IMessageJournal Up() => fails ? throw new IOException("The store is away.") : inner;
}
