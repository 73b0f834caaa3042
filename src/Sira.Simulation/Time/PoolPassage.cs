namespace Sira.Simulation.Time;

/// <summary>Tells when the thread pool has begun all that was queued before: two items of our own, the last in either queue that a thread's work can be in, have run.</summary>
internal sealed class PoolPassage
{
    // The pool switches to an item's context, which is what marks the code, an instant after it has taken the item.
    private static readonly TimeSpan Taken = TimeSpan.FromMilliseconds(100);

    private int left = 2;
    private long passed;

    /// <summary>Queues the two items.</summary>
    public PoolPassage()
    {
        ThreadPool.UnsafeQueueUserWorkItem(static passage => passage.Pass(), this, preferLocal: false);
        ThreadPool.UnsafeQueueUserWorkItem(static passage => passage.Pass(), this, preferLocal: true);
    }

    /// <summary>Gets whether what was queued before has been begun.</summary>
    public bool HasPassed => Volatile.Read(ref left) == 0 && TimeProvider.System.GetElapsedTime(Volatile.Read(ref passed)) > Taken;

    private void Pass()
    {
        Volatile.Write(ref passed, TimeProvider.System.GetTimestamp());
        Interlocked.Decrement(ref left);
    }
}
