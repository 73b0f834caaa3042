namespace Sira.Simulation.Time;

/// <summary>What the thread pool did at one instant.</summary>
/// <param name="Pending">Work items that no thread has taken.</param>
/// <param name="Unknown">Busy threads that work for no run in virtual time, or have not come so far as to tell.</param>
/// <param name="Completed">Work items done since the process began.</param>
/// <param name="Entered">How often a thread began to work for this run.</param>
internal readonly record struct PoolReading(long Pending, int Unknown, long Completed, long Entered)
{
    /// <summary>Reads the pool.</summary>
    /// <param name="entered">How often a thread began to work for this run.</param>
    /// <returns>The reading.</returns>
    public static PoolReading Take(long entered)
    {
        // In the order in which an item passes through: one that moves on while this reads is seen in the later place.
        var pending = ThreadPool.PendingWorkItemCount;
        ThreadPool.GetMaxThreads(out var maximum, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return new PoolReading(pending, maximum - available - PoolWork.Known, ThreadPool.CompletedWorkItemCount, entered);
    }

    /// <summary>Tells whether work that a thread has taken may be taken for another's, which ended meanwhile.</summary>
    /// <param name="before">An earlier reading.</param>
    /// <returns>Whether it may.</returns>
    public bool MayHideWorkSince(PoolReading before) => Unknown > 0 && Completed - before.Completed > Entered - before.Entered;
}
