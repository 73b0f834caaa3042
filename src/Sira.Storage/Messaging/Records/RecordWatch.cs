using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Time;
using Sira.Storage.Changes;

namespace Sira.Storage.Messaging.Records;

/// <summary>Wakes who waits for records: at once for those of this process, by the engine's change feed for those of others, and by asking now and then for what the feed has missed or where there is none.</summary>
/// <remarks>Thread-safe. Begins with the first who waits.</remarks>
internal sealed class RecordWatch(JournalContext context, RecordLog log) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private TaskCompletionSource? waiting;
    private Task asking = Task.CompletedTask;
    private long last;
    private bool isTold;
    private bool isAsking;
    private bool isStopped;

    /// <summary>Takes note that there are records up to a position.</summary>
    public void Appended(long position)
    {
        TaskCompletionSource? woken;
        lock (gate)
        {
            if (position <= last)
            {
                return;
            }

            last = position;
            (woken, waiting) = (waiting, null);
        }

        woken?.TrySetResult();
    }

    /// <summary>Waits until there may be records behind a position.</summary>
    public async ValueTask WaitAsync(long after, CancellationToken cancellationToken)
    {
        if (await AskWhenToldAsync(after, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        Task task;
        lock (gate)
        {
            if (last > after || isTold)
            {
                return;
            }

            waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            task = waiting.Task;
            if (!isAsking)
            {
                ObjectDisposedException.ThrowIf(isStopped, typeof(StorageMessageJournal));
                isAsking = true;
                using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
                {
                    asking = Task.Run(AskAsync, CancellationToken.None);
                }
            }
        }

        await task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops listening and asking, and fails whoever waits.</summary>
    public async ValueTask DisposeAsync()
    {
        Task task;
        lock (gate)
        {
            if (isStopped)
            {
                return;
            }

            (isStopped, task) = (true, asking);
        }

        await stopping.CancelAsync().ConfigureAwait(false);
        await task.ConfigureAwait(false);
        stopping.Dispose();
    }

    // Until it fails, of which everybody who waits is told; whoever waits next begins anew.
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An engine may throw anything; whoever waits gets it.")]
    private async Task AskAsync()
    {
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        var hearing = Task.CompletedTask;
        try
        {
            while (true)
            {
                if (hearing.IsCompleted)
                {
                    hearing = await ListenAsync(listening.Token).ConfigureAwait(false);
                }

                await AskOnceAsync().ConfigureAwait(false);
                await InlineDelay.WaitAsync(context.Options.PollInterval, context.Time, stopping.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            Fail(stopping.IsCancellationRequested ? new ObjectDisposedException(nameof(StorageMessageJournal)) : exception);
        }
        finally
        {
            await listening.CancelAsync().ConfigureAwait(false);
            await hearing.ConfigureAwait(false);
        }
    }

    private async ValueTask AskOnceAsync()
    {
        lock (gate)
        {
            if (waiting is null)
            {
                return;
            }
        }

        Appended(await log.GetLastAsync(stopping.Token).ConfigureAwait(false));
    }

    // Somebody was told of a change, perhaps of his own. What came of it is looked up once for all who wait, or come to wait.
    private async ValueTask<bool> AskWhenToldAsync(long after, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (last > after || !isTold)
            {
                return last > after;
            }

            isTold = false;
        }

        try
        {
            var position = await log.GetLastAsync(cancellationToken).ConfigureAwait(false);
            Appended(position);
            return position > after;
        }
        catch
        {
            lock (gate)
            {
                isTold = true;
            }

            throw;
        }
    }

    // What is appended once this has returned is told of, or asked for. A feed may throw anything; then it is asked instead, and listened to again.
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "See above.")]
    private async ValueTask<Task> ListenAsync(CancellationToken cancellationToken)
    {
        if (context.Engine.Changes is not { } feed)
        {
            return Task.CompletedTask;
        }

        try
        {
            return HearAsync(await feed.SubscribeAsync(context.Keys.Partition, cancellationToken).ConfigureAwait(false), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            context.Log.FeedFailed(context.Options.PollInterval, exception);
            return Task.CompletedTask;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "As for listening.")]
    private async Task HearAsync(IChangeSubscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in subscription.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (change.Kind is ChangeKind.Missed || (change.Kind is ChangeKind.Append && change.Key == context.Keys.Log))
                {
                    Changed();
                }
            }
        }
        catch (Exception exception)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                context.Log.FeedFailed(context.Options.PollInterval, exception);
            }
        }
        finally
        {
            await ((IAsyncDisposable)subscription).DisposeAsync().ConfigureAwait(false);
        }
    }

    // Whoever waits looks for himself; whoever comes to wait asks first.
    private void Changed()
    {
        TaskCompletionSource? woken;
        lock (gate)
        {
            isTold = true;
            (woken, waiting) = (waiting, null);
        }

        woken?.TrySetResult();
    }

    private void Fail(Exception exception)
    {
        TaskCompletionSource? woken;
        lock (gate)
        {
            isAsking = false;
            (woken, waiting) = (waiting, null);
        }

        if (woken is not null)
        {
            woken.SetException(exception);

            // Whoever gave up waiting does not look at it.
            _ = woken.Task.Exception;
        }
    }
}
