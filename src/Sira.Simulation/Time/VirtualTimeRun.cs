namespace Sira.Simulation.Time;

/// <summary>Advances a clock until a task has ended.</summary>
internal sealed class VirtualTimeRun
{
    private const int MaximumTimers = 1_000_000;

    // Turns of the processor, of which those beyond the first thirty last a millisecond: long enough for a continuation
    // that left the thread to come to an end on a busy machine, short enough to bear when the pool never rests.
    private const int MaximumSpins = 80;
    private const int SpinsBeforeSleep = 30;

    private static readonly TimeSpan DefaultHorizon = TimeSpan.FromDays(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly VirtualTimeProvider clock;
    private readonly DateTimeOffset end;
    private Task running = Task.CompletedTask;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="horizon">How much virtual time may pass.</param>
    public VirtualTimeRun(VirtualTimeProvider clock, TimeSpan? horizon)
    {
        this.clock = clock;
        end = clock.GetUtcNow() + (horizon ?? DefaultHorizon);
    }

    /// <summary>Starts the code and advances the clock from timer to timer until it has ended.</summary>
    /// <param name="action">The code.</param>
    /// <returns>A task that ends as the code's does.</returns>
    public async Task PumpAsync(Func<Task> action)
    {
        var busyBefore = BusyThreads();
        running = action();
        for (var timers = 0; timers < MaximumTimers; timers++)
        {
            Settle(busyBefore);
            if (running.IsCompleted)
            {
                await running.ConfigureAwait(false);
                return;
            }

            busyBefore = BusyThreads();
            if (clock.NextTimer is null)
            {
                await WaitForTimerAsync().ConfigureAwait(false);
            }
            else if (clock.GetUtcNow() + clock.NextTimer > end)
            {
                throw new TimeoutException($"The code has not ended by {end:u} in virtual time, and the next timer is later.");
            }
            else
            {
                clock.AdvanceToNextTimer();
            }
        }

        throw new InvalidOperationException($"The code has not ended after {MaximumTimers} timers: does it wait in a loop?");
    }

    // What left the thread shows as a queued work item or as one more busy thread than before.
    private void Settle(int busyBefore)
    {
        var spin = default(SpinWait);
        for (var quiet = 0; quiet < 2 && spin.Count < MaximumSpins && !running.IsCompleted; spin.SpinOnce(SpinsBeforeSleep))
        {
            quiet = ThreadPool.PendingWorkItemCount == 0 && BusyThreads() <= busyBefore ? quiet + 1 : 0;
        }
    }

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var maximum, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return maximum - available;
    }

    // Something outside virtual time may still set a timer or end the task; nobody can tell but by waiting.
    private async Task WaitForTimerAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        while (clock.NextTimer is null && !running.IsCompleted)
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                throw new InvalidOperationException("The code waits for something that virtual time cannot bring: no timer is set on the clock, and nothing else woke the code within 5 seconds. Does something use another clock, or wait for ever?");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System).ConfigureAwait(false);
        }
    }
}
