namespace Sira.Kernel.Contributions;

/// <summary>One call into a contributed object. A value on the stack or in a state machine: dispose it once.</summary>
/// <typeparam name="T">The contract by which the host knows the object.</typeparam>
public readonly struct ContributionCall<T> : IDisposable
    where T : class
{
    private readonly ContributorCalls? calls;
    private readonly long startedAt;
    private readonly long allocatedBefore;
    private readonly int thread;
    private readonly ExecutionContext? ambient;

    internal ContributionCall(ContributorCalls? calls, T value)
    {
        (this.calls, Value) = (calls, value);
        if (calls is not null)
        {
            (startedAt, allocatedBefore, thread, ambient) = (TimeProvider.System.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread(), Environment.CurrentManagedThreadId, ExecutionContext.Capture());
        }
    }

    /// <summary>Gets the object.</summary>
    public T Value { get; }

    /// <summary>Notes that the call threw.</summary>
    /// <param name="exception">What it threw; a cancellation does not count.</param>
    public void Fail(Exception exception) => calls?.Fail(exception);

    /// <summary>Ends the call.</summary>
    public void Dispose()
    {
        if (calls is not null)
        {
            // A call that went on elsewhere has allocated there, which nobody can tell apart from what others did.
            var allocated = thread == Environment.CurrentManagedThreadId ? GC.GetAllocatedBytesForCurrentThread() - allocatedBefore : 0;
            if (ambient is not null && thread == Environment.CurrentManagedThreadId && !ReferenceEquals(ambient, ExecutionContext.Capture()))
            {
                // An ambient value that foreign code left in the host's flow would keep that code in memory as long as the flow lasts.
                ExecutionContext.Restore(ambient);
            }

            calls.Exit(TimeProvider.System.GetElapsedTime(startedAt), allocated);
        }
    }
}
