using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Queueing;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Time;

namespace Sira.Kernel.Messaging.Durable;

/// <summary>Reads the journal for one durable group, as far ahead as the group has room.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed class DurableFeed<T>(TopicHub hub, ConsumerGroup<T> group, JournalGroup opened) : IDisposable
{
    // A page is claimed by one commit, so larger pages make fewer commits, and let more be delivered twice after a crash.
    private const int LargestPage = 256;

    private static readonly TimeSpan ErrorDelay = TimeSpan.FromSeconds(1);

    private readonly IMessageJournal journal = hub.Journal!;
    private readonly DurableProgress<T> progress = group.Progress!;
    private readonly CancellationTokenSource stopping = new();
    private long position = opened.Cursor;
    private bool isRestored;

    public void Start()
    {
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _ = RunAsync();
        }
    }

    /// <summary>Stops reading; what was read stays with the group.</summary>
    public void Dispose()
    {
        try
        {
            stopping.Cancel();
        }
        catch (AggregateException exception)
        {
            hub.HandlerFault(typeof(T), exception);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A journal may throw anything; reading goes on.")]
    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await RestoreAsync().ConfigureAwait(false);
                if (!await ReadOnAsync().ConfigureAwait(false))
                {
                    await journal.WaitAsync(position, stopping.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                hub.Log.JournalFailed("read for", group.Name, ErrorDelay, exception);
                if (!await PauseAsync().ConfigureAwait(false))
                {
                    return;
                }
            }
        }
    }

    private async Task<bool> PauseAsync()
    {
        try
        {
            await InlineDelay.WaitAsync(ErrorDelay, hub.Time, stopping.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // What was begun and not finished comes first, in its order.
    private async Task RestoreAsync()
    {
        if (isRestored)
        {
            return;
        }

        isRestored = true;
        foreach (var (row, record) in opened.Rows)
        {
            await ReserveAsync().ConfigureAwait(false);

            // Like the claimed ones: it may have been in work.
            var suspected = row.RetryAt is null ? row with { Crashes = Math.Max(row.Crashes, 1) } : row;
            if (!Admit(Decode(record, suspected, isSuspect: true), row.RetryAt))
            {
                group.Queue.GiveBack(isDelayed: false);
            }
        }
    }

    private async Task<bool> ReadOnAsync()
    {
        await ReserveAsync().ConfigureAwait(false);
        var places = 1;
        while (places < LargestPage && group.Queue.TryReserve())
        {
            places++;
        }

        try
        {
            var page = await journal.ReadAsync(new JournalQuery(group.Pattern.Text, position, places, group.Name), stopping.Token).ConfigureAwait(false);
            if (page.Records.Count == 0)
            {
                position = page.Next;
                progress.Skip(position);
                return false;
            }

            var messages = new PendingMessage<T>[page.Records.Count];
            for (var i = 0; i < messages.Length; i++)
            {
                var record = page.Records[i];
                var isSuspect = record.Position <= opened.Claimed;
                messages[i] = Decode(record, new JournalRow(record.Position, isSuspect ? 1 : 0, isSuspect ? 1 : 0, null, null), isSuspect);
            }

            position = page.Next;
            await progress.ClaimAsync(messages, position).ConfigureAwait(false);
            foreach (var message in messages)
            {
                places -= Admit(message, retryAt: null) ? 1 : 0;
            }

            return true;
        }
        finally
        {
            for (; places > 0; places--)
            {
                group.Queue.GiveBack(isDelayed: false);
            }
        }
    }

    private async ValueTask ReserveAsync()
    {
        if (await group.Queue.ReserveAsync(stopping.Token).ConfigureAwait(false) != RoomResult.Granted)
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            stopping.Token.ThrowIfCancellationRequested();
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever a serializer or a key ring throws, the message is set aside with it.")]
    private PendingMessage<T> Decode(JournalRecord record, JournalRow row, bool isSuspect)
    {
        var (body, unreadable) = (default(T)!, (Exception?)record.Damage);
        try
        {
            body = unreadable is null ? group.Options.Codec!.Decode(record.Payload.Span, record.Metadata) : body;
        }
        catch (Exception exception)
        {
            unreadable = exception;
        }

        // A row that waits for its retry was not in work.
        return new PendingMessage<T>(body, record.Metadata)
        {
            Record = record,
            Unreadable = unreadable,
            Deliveries = row.Deliveries,
            Crashes = row.Crashes,
            FirstFailedAt = row.FirstFailedAt,
            IsSuspect = isSuspect && Remaining(row.RetryAt, row.FirstFailedAt) is null,
            ExpiresAt = hub.ExpiresAt(group.Queue, record.Metadata),
        };
    }

    private bool Admit(PendingMessage<T> message, DateTimeOffset? retryAt)
    {
        if (message.Unreadable is { } unreadable)
        {
            group.SetAsideUnqueued(message, DeadLetterReason.Unreadable, unreadable);
            return false;
        }

        switch (group.Accepts(message.Body, message.Metadata, out var exception))
        {
            case null:
                group.SetAsideUnqueued(message, DeadLetterReason.FilterFailed, exception!);
                return false;
            case false:
                progress.Done(message);
                return false;
        }

        var queue = group.Queue;
        if (Remaining(retryAt, message.FirstFailedAt) is { } retryIn)
        {
            queue.AddTimed(message, queue.After(retryIn), isCounted: true, isRetry: true);
        }
        else if (hub.DelayOf(message.Metadata) is { } delay)
        {
            // Beside the capacity while there is room for it there; otherwise on the place that it has.
            var apart = queue.ReserveDelayed() == RoomResult.Granted;
            queue.AddTimed(message, queue.After(delay), isCounted: !apart, isRetry: false);
            return !apart;
        }
        else
        {
            queue.Add(message);
        }

        return true;
    }

    // If the clock was set back meanwhile, no longer than the retry was to wait in the first place could be: the longest delay.
    private TimeSpan? Remaining(DateTimeOffset? retryAt, DateTimeOffset? failedAt)
    {
        if (retryAt is not { } due || failedAt is null)
        {
            return null;
        }

        var remaining = due - hub.Time.GetUtcNow();
        var longest = group.Options.Retry.MaximumDelay;
        return remaining <= TimeSpan.Zero ? null : remaining < longest ? remaining : longest;
    }
}
