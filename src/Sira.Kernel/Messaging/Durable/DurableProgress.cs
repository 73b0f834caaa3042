using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Queueing;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Time;

namespace Sira.Kernel.Messaging.Durable;

/// <summary>How far a durable group has come, and the commits that write it down.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <remarks>
/// Thread-safe. One commit is under way at a time; what happens meanwhile goes into the next, so that the slower the journal, the larger the commits. A commit that fails is made again until it succeeds; no message is claimed meanwhile, so that what could be delivered twice stays bounded.
/// </remarks>
internal sealed class DurableProgress<T>(TopicHub hub, string group, JournalGroup opened, Action lost)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly IMessageJournal journal = hub.Journal!;
    private readonly TaskCompletionSource closing = new();

    // What was read and is not done, apart from what has a row or will have one with the next commit.
    private readonly SortedDictionary<long, PendingMessage<T>> withoutRow = [];
    private readonly HashSet<long> rows = [.. opened.Rows.Select(static pending => pending.Row.Position)];
    private Dictionary<long, JournalRow> upserts = [];
    private HashSet<long> removals = [];
    private List<JournalDeadLetter> letters = [];
    private long read = opened.Cursor;
    private long claimed = Math.Max(opened.Claimed, opened.Cursor);
    private long highestDone = opened.Cursor;
    private TaskCompletionSource? next;
    private Task committing = Task.CompletedTask;
    private bool isCommitting;
    private bool isLost;

    /// <summary>Takes note of what was read, and waits until the journal knows that it may be handed out.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="through">Everything up to here was read.</param>
    public Task ClaimAsync(IReadOnlyList<PendingMessage<T>> messages, long through)
    {
        lock (gate)
        {
            foreach (var message in messages)
            {
                withoutRow.Add(message.Record!.Position, message);
            }

            (read, claimed) = (Math.Max(read, through), Math.Max(claimed, through));
            return CommitSoon();
        }
    }

    /// <summary>Takes note that nothing up to a position is for the group.</summary>
    public void Skip(long through)
    {
        lock (gate)
        {
            read = Math.Max(read, through);
        }
    }

    public void Done(PendingMessage<T> message)
    {
        lock (gate)
        {
            Finish(message);
            _ = CommitSoon();
        }
    }

    public void SetAside(PendingMessage<T> message, DeadLetter letter)
    {
        lock (gate)
        {
            letters.Add(new JournalDeadLetter(letter, message.Record!));
            Finish(message);
            _ = CommitSoon();
        }
    }

    public void Retrying(PendingMessage<T> message, DateTimeOffset retryAt)
    {
        lock (gate)
        {
            SetRow(message, new JournalRow(message.Record!.Position, message.Deliveries, message.Crashes, retryAt, message.FirstFailedAt));
            _ = CommitSoon();
        }
    }

    /// <summary>Writes down that a message which may have killed the process is about to be delivered alone.</summary>
    /// <returns>Whether that is written down: not when whoever wants to deliver it stops first, or the group was taken over.</returns>
    public async ValueTask<bool> TrySuspectAsync(PendingMessage<T> message, CancellationToken stopping)
    {
        Task written;
        lock (gate)
        {
            SetRow(message, new JournalRow(message.Record!.Position, message.Deliveries + 1, message.Crashes + 1, null, message.FirstFailedAt));
            written = CommitSoon();
        }

        try
        {
            await written.WaitAsync(stopping).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Waits until what was done is written down, for a while.</summary>
    public async Task CloseAsync(TimeSpan timeout)
    {
        Task last;
        lock (gate)
        {
            _ = CommitSoon();
            last = committing;
        }

        await InlineDelay.EndsWithinAsync(last, timeout, hub.Time).ConfigureAwait(false);
        closing.TrySetResult();
    }

    private void Finish(PendingMessage<T> message)
    {
        var position = message.Record!.Position;
        highestDone = Math.Max(highestDone, position);
        withoutRow.Remove(position);
        if (upserts.Remove(position) | rows.Remove(position))
        {
            removals.Add(position);
        }
    }

    private void SetRow(PendingMessage<T> message, JournalRow row)
    {
        withoutRow.Remove(row.Position);
        upserts[row.Position] = row;
        highestDone = Math.Max(highestDone, row.Position);
    }

    // The journal takes rows at or below the cursor only, so the cursor goes up to the last one that is done or has a row, and whatever it passes gets a row.
    private JournalCommit Build()
    {
        var cursor = withoutRow.Count == 0 ? read : Math.Max(highestDone, withoutRow.First().Key - 1);
        List<long>? passed = null;
        foreach (var (position, message) in withoutRow)
        {
            if (position > cursor)
            {
                break;
            }

            (passed ??= []).Add(position);
            upserts[position] = new JournalRow(position, message.Deliveries, message.Crashes, null, message.FirstFailedAt);
        }

        foreach (var position in passed ?? [])
        {
            withoutRow.Remove(position);
        }

        rows.UnionWith(upserts.Keys);
        var commit = new JournalCommit(opened.Epoch, cursor, Math.Max(claimed, cursor), [.. upserts.Values], [.. removals], letters);
        (upserts, removals, letters) = ([], [], []);
        return commit;
    }

    private Task CommitSoon()
    {
        if (isLost)
        {
            return Task.FromCanceled(new CancellationToken(canceled: true));
        }

        next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var written = next.Task;
        if (!isCommitting)
        {
            isCommitting = true;
            using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            {
                committing = CommitAllAsync();
            }
        }

        return written;
    }

    private async Task CommitAllAsync()
    {
        // Away from the lock, and from the worker that settled a message.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            JournalCommit commit;
            TaskCompletionSource written;
            lock (gate)
            {
                if (next is null)
                {
                    isCommitting = false;
                    return;
                }

                (written, next) = (next, null);
                commit = Build();
            }

            if (!await TryCommitAsync(commit, written).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A journal may throw anything; the commit is made again.")]
    private async Task<bool> TryCommitAsync(JournalCommit commit, TaskCompletionSource written)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 > LongestDelay ? LongestDelay : delay * 2)
        {
            try
            {
                await journal.CommitAsync(group, commit, CancellationToken.None).ConfigureAwait(false);
                written.TrySetResult();
                return true;
            }
            catch (GroupTakenOverException exception)
            {
                Lose(exception, written);
                return false;
            }
            catch (Exception exception)
            {
                hub.Log.JournalFailed("note the progress of", group, delay, exception);
            }

            if (await InlineDelay.EndsWithinAsync(closing.Task, delay, hub.Time).ConfigureAwait(false))
            {
                Lose(null, written);
                return false;
            }
        }
    }

    private void Lose(GroupTakenOverException? exception, TaskCompletionSource written)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            (isLost, waiting) = (true, next);
        }

        // The group ends before anybody who waited hears of it, so that nobody takes a message up again.
        lost();
        waiting?.TrySetCanceled();
        written.TrySetCanceled();
        if (exception is not null)
        {
            hub.Log.GroupTakenOver(group, exception);
        }
    }
}
