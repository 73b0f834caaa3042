using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Layers.Copies;

/// <summary>Listens to the changes of the partitions that are cached, and tells which of them may be.</summary>
/// <remarks>Nobody waits for it: until the changes of a partition are listened to it is read without the cache. After a loss, the first read behind <see cref="LayerOptions.FeedRetryDelay"/> begins anew.</remarks>
internal sealed class CachedPartitions(IStorageEngine engine, LayerOptions options, TimeProvider time, ILogger logger, KeyStripes stripes) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<StorePartition, CachedPartition> partitions = new();
    private readonly ConcurrentDictionary<CachedPartition, Task> following = new();
    private readonly Queue<CachedPartition> order = [];
    private readonly Lock gate = new();
    private readonly long retryDelay = time.ToTimestamp(options.FeedRetryDelay);
    private bool isClosed;

    /// <summary>Returns a partition that copies are kept of already, if they are.</summary>
    public CachedPartition? Find(in StorePartition partition) => partitions.GetValueOrDefault(partition);

    /// <summary>Returns a partition, and begins to listen where that has not been done.</summary>
    public CachedPartition Get(in StorePartition partition)
    {
        if (!partitions.TryGetValue(partition, out var found))
        {
            found = Add(partition);
        }

        found.Use();
        if (!found.IsLive && found.TryBeginFollowing(time.GetTimestamp()))
        {
            Follow(found);
        }

        return found;
    }

    /// <summary>Makes everything that was read of a tenant unusable.</summary>
    public void Invalidate(string? tenant)
    {
        foreach (var (key, partition) in partitions)
        {
            if (key.Tenant == tenant)
            {
                partition.Invalidate();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            isClosed = true;
        }

        foreach (var partition in partitions.Values)
        {
            partition.Retire();
        }

        await Task.WhenAll(following.Values).ConfigureAwait(false);
    }

    private CachedPartition Add(StorePartition partition)
    {
        lock (gate)
        {
            if (partitions.TryGetValue(partition, out var found))
            {
                return found;
            }

            // The second chance of the clock algorithm: whoever was used since the hand came by stays for another round.
            while (order.Count >= options.MaximumPartitions)
            {
                var candidate = order.Dequeue();
                if (candidate.IsUsed)
                {
                    candidate.ClearUsed();
                    order.Enqueue(candidate);
                    continue;
                }

                partitions.TryRemove(candidate.Partition, out _);
                candidate.Retire();
            }

            found = new CachedPartition(partition);
            if (isClosed)
            {
                found.Retire();
                return found;
            }

            order.Enqueue(found);
            partitions[partition] = found;
            return found;
        }
    }

    private void Follow(CachedPartition partition)
    {
        if (engine.Changes is not { } feed)
        {
            partition.TryGoLive();
            return;
        }

        Task task;
        if (ExecutionContext.IsFlowSuppressed())
        {
            task = FollowAsync(feed, partition);
        }
        else
        {
            // It outlives the read that begins it, so what flows with that read (its trace, its log scopes) must not be held by it.
            using (ExecutionContext.SuppressFlow())
            {
                task = FollowAsync(feed, partition);
            }
        }

        following[partition] = task;
        _ = task.ContinueWith(
            static (ended, state) =>
            {
                var (following, partition) = ((ConcurrentDictionary<CachedPartition, Task>, CachedPartition))state!;
                following.TryRemove(new KeyValuePair<CachedPartition, Task>(partition, ended));
            },
            (following, partition),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task FollowAsync(IChangeFeed feed, CachedPartition partition)
    {
        Exception? cause = null;
        try
        {
            var subscription = await feed.SubscribeAsync(partition.Partition, partition.Retired).ConfigureAwait(false);
            await using var ending = ((IAsyncDisposable)subscription).ConfigureAwait(false);
            if (partition.TryGoLive() && partition.WasLost)
            {
                LayerLog.FeedBack(logger, engine.Name, partition.Partition);
            }

            await foreach (var change in subscription.WithCancellation(partition.Retired).ConfigureAwait(false))
            {
                if (change.Kind is ChangeKind.Missed)
                {
                    partition.Invalidate();
                    stripes.Forget(partition.Partition);
                    LayerLog.ChangesMissed(logger, engine.Name, partition.Partition);
                }
                else
                {
                    stripes.Apply(change, isLast: true);
                }
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever it was: without the feed nothing is cached, so nothing wrong can come of it.
            cause = exception;
        }

        partition.Lose(time.GetTimestamp() + retryDelay);
        stripes.Forget(partition.Partition);
        if (!partition.Retired.IsCancellationRequested && cause is not StorageException { Kind: StorageErrorKind.Closed })
        {
            LayerLog.FeedLost(logger, engine.Name, partition.Partition, cause);
        }
    }
}
