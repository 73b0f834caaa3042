using Sira.Storage;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Session.Subscriptions;

/// <summary>Wakes those who wait for more events of a log: when the engine tells of them, and otherwise from time to time.</summary>
internal sealed class StreamSignals(IStorageEngine engine, SessionOptions options, TimeProvider time, SessionLog log) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<StorePartition, PartitionFeed> feeds = [];
    private bool isClosed;

    /// <summary>Begins to listen to a log.</summary>
    public async ValueTask<StreamListener> ListenAsync(StoreKey stream, CancellationToken cancellationToken)
    {
        var listener = new StreamListener(this, stream);
        if (engine.Changes is not { } changes)
        {
            listener.Wake(time, options.PollInterval);
            return listener;
        }

        PartitionFeed feed;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, typeof(SessionStore));
            if (!feeds.TryGetValue(stream.Partition, out feed!))
            {
                feeds.Add(stream.Partition, feed = new PartitionFeed(changes, stream.Partition));
            }

            feed.Add(listener);
        }

        try
        {
            await feed.BegunAsync(this, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // It has been told of; listening goes on without the feed.
        }
        catch
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        listener.Wake(time, feed.IsLost ? options.PollInterval : options.PollInterval * StreamListener.Patience);
        return listener;
    }

    /// <summary>Ends listening; with the last listener of a partition its feed ends too.</summary>
    public ValueTask LeaveAsync(StreamListener listener)
    {
        PartitionFeed? ended = null;
        lock (gate)
        {
            if (feeds.TryGetValue(listener.Stream.Partition, out var feed) && feed.Remove(listener) == 0)
            {
                feeds.Remove(listener.Stream.Partition);
                ended = feed;
            }
        }

        return ended?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>A feed has ended by itself: its listeners look for themselves from now on.</summary>
    public void Lose(PartitionFeed feed, Exception? exception)
    {
        lock (gate)
        {
            if (feeds.GetValueOrDefault(feed.Partition) != feed)
            {
                return;
            }

            feeds.Remove(feed.Partition);
        }

        log.FeedLost(options.PollInterval, exception);
        foreach (var listener in feed.Listeners())
        {
            listener.Wake(time, options.PollInterval);
            listener.Pulse();
        }
    }

    public async ValueTask DisposeAsync()
    {
        PartitionFeed[] all;
        lock (gate)
        {
            isClosed = true;
            all = [.. feeds.Values];
            feeds.Clear();
        }

        foreach (var feed in all)
        {
            await feed.DisposeAsync().ConfigureAwait(false);
        }
    }
}
