namespace Sira.Kernel.Time;

/// <summary>Waits whose end, by time or by cancellation, continues on the thread that brings it about.</summary>
/// <remarks><see cref="Task.Delay(TimeSpan, TimeProvider, CancellationToken)"/> continues on the thread pool when it is cancelled, which would take a run in virtual time off its single thread.</remarks>
public static class InlineDelay
{
    /// <summary>Waits for a time.</summary>
    /// <param name="delay">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Ends the waiting with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A task that ends then.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async Task WaitAsync(TimeSpan delay, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var due = new TaskCompletionSource();
        var timer = clock.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), due, delay, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            await due.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a task, but no longer than a time. The task goes on.</summary>
    /// <param name="task">The task; what it throws is not thrown here.</param>
    /// <param name="delay">How long.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>Whether the task ended in time.</returns>
    public static async Task<bool> EndsWithinAsync(Task task, TimeSpan delay, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(clock);
        if (task.IsCompleted)
        {
            return true;
        }

        var due = new TaskCompletionSource();
        var timer = clock.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), due, delay, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            return ReferenceEquals(await Task.WhenAny(task, due.Task).ConfigureAwait(false), task);
        }
    }
}
