using Sira.Kernel.Messaging.Journal;

namespace Sira.Kernel.Tests.Messaging.Durable;

/// <summary>A journal whose commits or prunes hang until the test lets go of them.</summary>
internal sealed class HangingJournal(IMessageJournal inner) : IMessageJournal
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource pruned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int hanging;

    public bool HangsCommits { get; init; }

    public bool HangsPrunes { get; init; }

    public int HangingCommits => Volatile.Read(ref hanging);

    public JournalDurability Durability => inner.Durability;

    public void Release() => released.TrySetResult();

    public void FailPrunes() => pruned.TrySetException(new IOException("The store is away."));

    public ValueTask<long> AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken) => inner.AppendAsync(records, cancellationToken);

    public ValueTask<JournalPage> ReadAsync(JournalQuery query, CancellationToken cancellationToken) => inner.ReadAsync(query, cancellationToken);

    public ValueTask WaitAsync(long after, CancellationToken cancellationToken) => inner.WaitAsync(after, cancellationToken);

    public ValueTask<JournalGroup> OpenGroupAsync(string group, string pattern, JournalStart start, CancellationToken cancellationToken) => inner.OpenGroupAsync(group, pattern, start, cancellationToken);

    public async ValueTask CommitAsync(string group, JournalCommit commit, CancellationToken cancellationToken)
    {
        // What is only claimed passes, so that it comes into work.
        if (HangsCommits && commit.Upserts.Count > 0)
        {
            Interlocked.Increment(ref hanging);
            await released.Task;
        }

        await inner.CommitAsync(group, commit, cancellationToken);
    }

    public ValueTask<IReadOnlyList<JournalDeadLetter>> ReadDeadLettersAsync(long after, int maximum, CancellationToken cancellationToken) => inner.ReadDeadLettersAsync(after, maximum, cancellationToken);

    public ValueTask<bool> RemoveDeadLetterAsync(long id, JournalRecord? replacement, CancellationToken cancellationToken) => inner.RemoveDeadLetterAsync(id, replacement, cancellationToken);

    public ValueTask<bool> DeleteGroupAsync(string group, CancellationToken cancellationToken) => inner.DeleteGroupAsync(group, cancellationToken);

    public async ValueTask<long> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (HangsPrunes)
        {
            await pruned.Task;
        }

        return await inner.PruneAsync(now, cancellationToken);
    }
}
