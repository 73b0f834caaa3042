using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Time;

namespace Sira.Kernel.Messaging.Durable;

/// <summary>Appends what is published to the journal: whoever publishes while a batch is under way shares the next one (group commit).</summary>
/// <remarks>Also prunes the journal, once a minute and when it is full.</remarks>
internal sealed class JournalAppender(IMessageJournal journal, TimeProvider time, TopicLog log)
{
    // 1 KiB each makes a batch of half a mebibyte, behind which larger ones gain nothing.
    private const int LargestBatch = 512;

    // What has so much needs no company; and a batch is held in memory twice, as records and as what the journal makes of them.
    private const int FullBatchBytes = 4 * 1024 * 1024;

    // How often a batch lets others in that are on their way. More did not make batches larger.
    private const int Yields = 3;

    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly MonotonicClock clock = new(time);
    private readonly Queue<Batch> batches = new();
    private Batch? open;
    private bool isAppending;
    private long pruneAt;
    private Task pruning = Task.CompletedTask;

    /// <summary>Appends a record, together with those of others.</summary>
    /// <returns>A task that ends when the journal keeps it.</returns>
    public Task AppendAsync(JournalRecord record)
    {
        if (record.Payload.Length > journal.MaximumPayloadBytes)
        {
            return Task.FromException(new JournalException($"A message of {record.Payload.Length} bytes was published to '{record.Metadata.Topic}', and the journal takes {journal.MaximumPayloadBytes} at most. Nothing was kept. Publish a reference to the data instead."));
        }

        Batch batch;
        lock (gate)
        {
            if (open is null || open.Records.Count >= LargestBatch || open.Bytes >= FullBatchBytes)
            {
                open = new Batch();
                batches.Enqueue(open);
            }

            batch = open;
            batch.Records.Add(record);
            batch.Bytes += record.Payload.Length;
            if (isAppending)
            {
                return batch.Task;
            }

            isAppending = true;
        }

        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _ = AppendAllAsync();
        }

        return batch.Task;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A journal may throw anything; each publisher of the batch gets it.")]
    private async Task AppendAllAsync()
    {
        while (true)
        {
            Batch? batch;
            lock (gate)
            {
                if (!batches.TryDequeue(out batch))
                {
                    isAppending = false;
                    return;
                }

                open = ReferenceEquals(open, batch) ? null : open;
            }

            try
            {
                await AppendAsync(batch.Records).ConfigureAwait(false);
                batch.TrySetResult();
            }
            catch (JournalException exception)
            {
                batch.TrySetException(exception);
            }
            catch (Exception exception)
            {
                batch.TrySetException(new JournalException($"The journal failed with {exception.GetType().Name} while a message was published; it may have been kept or not. Publish it again with the same message id.", exception));
            }

            PruneWhenDue();

            // The publisher that began goes home; the batches of others are not its business. Those who were answered just now most often publish again: where they have not yet, one that goes at once finds few, and for them takes as long as for many.
            var expected = batch.Records.Count / 2;
            for (var i = 0; i == 0 || (i < Yields && HasFewerThan(expected)); i++)
            {
                await default(PoolYield);
            }
        }
    }

    private bool HasFewerThan(int count)
    {
        lock (gate)
        {
            return batches.TryPeek(out var first) && first.Records.Count < count;
        }
    }

    private async Task AppendAsync(List<JournalRecord> records)
    {
        try
        {
            await journal.AppendAsync(records, CancellationToken.None).ConfigureAwait(false);
        }
        catch (JournalFullException)
        {
            if (await journal.PruneAsync(time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false) == 0)
            {
                throw;
            }

            await journal.AppendAsync(records, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // Beside the publishers, who have nothing to do with it.
    private void PruneWhenDue()
    {
        if (clock.Now >= pruneAt && pruning.IsCompleted)
        {
            pruneAt = MonotonicClock.Add(clock.Now, clock.ToTimestamps(PruneInterval));
            pruning = PruneAsync();
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A journal may throw anything; it is pruned the next time.")]
    private async Task PruneAsync()
    {
        try
        {
            await journal.PruneAsync(time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            log.NotPruned(PruneInterval, exception);
        }
    }

    private sealed class Batch() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public List<JournalRecord> Records { get; } = [];

        public long Bytes { get; set; }
    }
}
