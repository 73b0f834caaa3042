using System.Collections.Concurrent;
using Sira.Storage;
using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Session.Subscriptions;

/// <summary>The changes of a partition, listened to once for all who wait for its logs.</summary>
internal sealed class PartitionFeed(IChangeFeed changes, StorePartition partition) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<StoreKey, ConcurrentDictionary<StreamListener, bool>> listeners = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private Task<IChangeSubscription>? begun;
    private Task pump = Task.CompletedTask;
    private int count;

    public StorePartition Partition => partition;

    /// <summary>Whether it tells of nothing any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Adds a listener. Under the lock of the signals.</summary>
    public void Add(StreamListener listener)
    {
        listeners.GetOrAdd(listener.Stream, static _ => new()).TryAdd(listener, value: true);
        count++;
    }

    /// <summary>Removes a listener. Under the lock of the signals.</summary>
    /// <returns>How many are left.</returns>
    public int Remove(StreamListener listener)
    {
        if (listeners.TryGetValue(listener.Stream, out var those) && those.TryRemove(listener, out _))
        {
            count--;
            if (those.IsEmpty)
            {
                listeners.TryRemove(listener.Stream, out _);
            }
        }

        return count;
    }

    public IEnumerable<StreamListener> Listeners() => listeners.Values.SelectMany(static those => those.Keys);

    /// <summary>Waits until every change from now on is told of.</summary>
    public async Task BegunAsync(StreamSignals signals, CancellationToken cancellationToken)
    {
        Task<IChangeSubscription> beginning;
        lock (gate)
        {
            if (begun is null)
            {
                begun = BeginAsync();
                pump = PumpAsync(signals, begun);
            }

            beginning = begun;
        }

        await beginning.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await pump.ConfigureAwait(false);
        ending.Dispose();
    }

    // In a method of its own, so that what is thrown at once is in the task as well.
    private async Task<IChangeSubscription> BeginAsync() => await changes.SubscribeAsync(partition, ending.Token).ConfigureAwait(false);

    private async Task PumpAsync(StreamSignals signals, Task<IChangeSubscription> beginning)
    {
        Exception? failure = null;
        try
        {
            var subscription = await beginning.ConfigureAwait(false);
            try
            {
                await foreach (var change in subscription.WithCancellation(ending.Token).ConfigureAwait(false))
                {
                    Tell(change);
                }
            }
            finally
            {
                await subscription.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        IsLost = true;
        signals.Lose(this, failure);
    }

    private void Tell(in StoreChange change)
    {
        if (change.Kind is ChangeKind.Missed)
        {
            foreach (var listener in Listeners())
            {
                listener.Pulse();
            }
        }
        else if (change.Kind is ChangeKind.Append && listeners.TryGetValue(change.Key, out var those))
        {
            foreach (var (listener, _) in those)
            {
                listener.Pulse();
            }
        }
    }
}
