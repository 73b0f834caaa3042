namespace Sira.Simulation.Time;

/// <summary>Counts the threads of the pool that work for some run in virtual time, so that the others can be told from them.</summary>
internal static class PoolWork
{
    [ThreadStatic]
    private static int depth;

    private static int known;

    /// <summary>Gets how many threads of the pool work for a run.</summary>
    public static int Known => Volatile.Read(ref known);

    /// <summary>Begins work on this thread.</summary>
    public static void Enter()
    {
        if (depth++ == 0 && Thread.CurrentThread.IsThreadPoolThread)
        {
            Interlocked.Increment(ref known);
        }
    }

    /// <summary>Ends what <see cref="Enter"/> began on this thread.</summary>
    public static void Leave()
    {
        if (--depth == 0 && Thread.CurrentThread.IsThreadPoolThread)
        {
            Interlocked.Decrement(ref known);
        }
    }
}
