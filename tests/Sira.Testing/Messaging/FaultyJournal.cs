using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Time;

namespace Sira.Testing.Messaging;

/// <summary>A journal whose calls are slow, hang for a while or fail, as a schedule says. The process lives.</summary>
public sealed class FaultyJournal(IMessageJournal inner, TimeProvider time, Func<int, JournalFault> schedule) : IMessageJournal
{
    private int calls;

    public JournalDurability Durability => inner.Durability;

    public ValueTask<long> AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        // The list is the caller's, and it may go on with it once the call has failed.
        JournalRecord[] copy = [.. records];
        return CallAsync(() => inner.AppendAsync(copy, cancellationToken));
    }

    public ValueTask<JournalPage> ReadAsync(JournalQuery query, CancellationToken cancellationToken) => CallAsync(() => inner.ReadAsync(query, cancellationToken));

    public ValueTask WaitAsync(long after, CancellationToken cancellationToken) => inner.WaitAsync(after, cancellationToken);

    public ValueTask<JournalGroup> OpenGroupAsync(string group, string pattern, JournalStart start, CancellationToken cancellationToken) => CallAsync(() => inner.OpenGroupAsync(group, pattern, start, cancellationToken));

    public async ValueTask CommitAsync(string group, JournalCommit commit, CancellationToken cancellationToken) => await CallAsync(async () =>
    {
        await inner.CommitAsync(group, commit, cancellationToken);
        return true;
    });

    public ValueTask<IReadOnlyList<JournalDeadLetter>> ReadDeadLettersAsync(long after, int maximum, CancellationToken cancellationToken) => inner.ReadDeadLettersAsync(after, maximum, cancellationToken);

    public ValueTask<bool> RemoveDeadLetterAsync(long id, JournalRecord? replacement, CancellationToken cancellationToken) => inner.RemoveDeadLetterAsync(id, replacement, cancellationToken);

    public ValueTask<bool> DeleteGroupAsync(string group, CancellationToken cancellationToken) => inner.DeleteGroupAsync(group, cancellationToken);

    public ValueTask<long> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken) => CallAsync(() => inner.PruneAsync(now, cancellationToken));

    private async ValueTask<T> CallAsync<T>(Func<ValueTask<T>> call)
    {
        var fault = schedule(Interlocked.Increment(ref calls));
        if (fault.Before > TimeSpan.Zero)
        {
            await InlineDelay.WaitAsync(fault.Before, time, CancellationToken.None);
        }

        if (fault.Fails && !fault.HasEffect)
        {
            throw new IOException("The store is away.");
        }

        var result = await call();
        if (fault.After > TimeSpan.Zero)
        {
            await InlineDelay.WaitAsync(fault.After, time, CancellationToken.None);
        }

        return fault.Fails ? throw new IOException("The store did it and was away before it could say so.") : result;
    }
}
