using Sira.Kernel.Messaging.Journal;

namespace Sira.Testing.Messaging;

/// <summary>The way to a journal of one process, which dies at its n-th call: before the call has its effect, or after. Calls from then on never return, as those of a dead process.</summary>
public sealed class KillableJournal(IMessageJournal inner, int dieAt, bool afterEffect) : IMessageJournal
{
    private readonly TaskCompletionSource died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int calls;

    public Task Died => died.Task;

    /// <summary>Whether the process is dead: from the very call on at which it dies.</summary>
    public bool IsDead => Volatile.Read(ref calls) >= dieAt;

    public int Calls => Volatile.Read(ref calls);

    public JournalDurability Durability => inner.Durability;

    public ValueTask<long> AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken) => CallAsync(() => inner.AppendAsync(records, cancellationToken));

    public ValueTask<JournalPage> ReadAsync(JournalQuery query, CancellationToken cancellationToken) => CallAsync(() => inner.ReadAsync(query, cancellationToken));

    public ValueTask WaitAsync(long after, CancellationToken cancellationToken) => inner.WaitAsync(after, cancellationToken);

    public ValueTask<JournalGroup> OpenGroupAsync(string group, string pattern, JournalStart start, CancellationToken cancellationToken) => CallAsync(() => inner.OpenGroupAsync(group, pattern, start, cancellationToken));

    public async ValueTask CommitAsync(string group, JournalCommit commit, CancellationToken cancellationToken) => await CallAsync(async () =>
    {
        await inner.CommitAsync(group, commit, cancellationToken);
        return true;
    });

    public ValueTask<IReadOnlyList<JournalDeadLetter>> ReadDeadLettersAsync(long after, int maximum, CancellationToken cancellationToken) => inner.ReadDeadLettersAsync(after, maximum, cancellationToken);

    public ValueTask<bool> RemoveDeadLetterAsync(long id, JournalRecord? replacement, CancellationToken cancellationToken) => CallAsync(() => inner.RemoveDeadLetterAsync(id, replacement, cancellationToken));

    public ValueTask<bool> DeleteGroupAsync(string group, CancellationToken cancellationToken) => inner.DeleteGroupAsync(group, cancellationToken);

    public ValueTask<long> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken) => CallAsync(() => inner.PruneAsync(now, cancellationToken));

    private async ValueTask<T> CallAsync<T>(Func<ValueTask<T>> call)
    {
        var number = Interlocked.Increment(ref calls);
        if (number < dieAt)
        {
            return await call();
        }

        if (number == dieAt)
        {
            if (afterEffect)
            {
                await call();
            }

            died.TrySetResult();
        }

        return await new TaskCompletionSource<T>().Task;
    }
}
