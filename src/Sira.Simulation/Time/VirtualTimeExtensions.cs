namespace Sira.Simulation.Time;

/// <summary>Runs code in virtual time: whenever everything waits, the clock jumps to the next timer, so hours pass in microseconds.</summary>
public static class VirtualTimeExtensions
{
    /// <summary>Runs code in virtual time until it has ended.</summary>
    /// <param name="clock">The clock that all waiting in the code must use.</param>
    /// <param name="action">The code.</param>
    /// <param name="horizon">How much virtual time may pass.</param>
    /// <returns>A task that ends as the code's does.</returns>
    /// <remarks>
    /// <para>The code runs on the calling thread without a synchronization context, and what waits for a timer continues on the thread that advances the clock. Code that waits only for this clock therefore runs on one thread, in an order that is the same in every run.</para>
    /// <para>Limits: work that leaves the thread (<c>Task.Run</c>, <c>Task.Yield</c>, a <c>Task.Delay</c> that is cancelled, a contended <c>SemaphoreSlim</c>, channels) is waited for by watching the thread pool come to rest, or, while other code keeps it busy, until it has begun what was queued, for five real seconds at most; its order is the scheduler's. Sockets, files and other clocks are not seen at all: while nothing else is to be done, they are given five real seconds. Run one at a time per clock.</para>
    /// </remarks>
    /// <exception cref="TimeoutException">The horizon was reached. Default: 30 days.</exception>
    /// <exception cref="InvalidOperationException">The code waits, yet no timer is set that could wake it; or a million timers did not end it.</exception>
    public static async Task RunAsync(this VirtualTimeProvider clock, Func<Task> action, TimeSpan? horizon = null)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(action);

        // A context would send continuations elsewhere. The runtime restores the caller's when this method first returns.
        SynchronizationContext.SetSynchronizationContext(null);
        await new VirtualTimeRun(clock, horizon).PumpAsync(action).ConfigureAwait(false);
    }

    /// <summary>Runs code in virtual time until it has a result.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="clock">The clock that all waiting in the code must use.</param>
    /// <param name="action">The code.</param>
    /// <param name="horizon">How much virtual time may pass.</param>
    /// <returns>The result.</returns>
    /// <remarks>See <see cref="RunAsync(VirtualTimeProvider, Func{Task}, TimeSpan?)"/>.</remarks>
    /// <exception cref="TimeoutException">The horizon was reached. Default: 30 days.</exception>
    /// <exception cref="InvalidOperationException">The code waits, yet no timer is set that could wake it; or a million timers did not end it.</exception>
    public static async Task<T> RunAsync<T>(this VirtualTimeProvider clock, Func<Task<T>> action, TimeSpan? horizon = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        Task<T>? running = null;
        await clock.RunAsync(() => (Task)(running = action()), horizon).ConfigureAwait(false);
        return await running!.ConfigureAwait(false);
    }
}
