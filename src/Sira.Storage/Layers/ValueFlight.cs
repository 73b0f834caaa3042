using Sira.Storage.Keys;
using Sira.Storage.Layers.Copies;
using Sira.Storage.Values;

namespace Sira.Storage.Layers;

/// <summary>A read of the engine below that several callers wait for. It has a life of its own: it is only given up when nobody waits any more.</summary>
internal sealed class ValueFlight(StoreKey key, CachedPartition partition, long begunAt) : IDisposable
{
    private readonly TaskCompletionSource<StoreEntry?> completion = new();
    private readonly CancellationTokenSource cancellation = new();

    public StoreKey Key { get; } = key;

    public CachedPartition Partition { get; } = partition;

    public long Epoch { get; } = partition.Epoch;

    public long BegunAt { get; } = begunAt;

    /// <summary>Whether the value may be kept: no write of the key, and no change of it, has come in between. Under the lock of the stripe.</summary>
    public bool IsCacheable { get; set; } = partition.IsLive;

    /// <summary>How many wait. Under the lock of the stripe.</summary>
    public int Waiters { get; set; } = 1;

    /// <summary>Whether it goes on though nobody waits. Under the lock of the stripe.</summary>
    public bool IsBackground { get; set; }

    public Task<StoreEntry?> Task => completion.Task;

    /// <summary>Ends when the read has ended, in whichever way.</summary>
    public Task Ended => completion.Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    public CancellationToken CancellationToken => cancellation.Token;

    public void Complete(StoreEntry? entry) => completion.SetResult(entry);

    public void Fail(Exception exception)
    {
        completion.SetException(exception);

        // Where all have left nobody looks at it, which is no mistake.
        _ = completion.Task.Exception;
    }

    public void Cancel()
    {
        try
        {
            cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    public void Dispose() => cancellation.Dispose();
}
