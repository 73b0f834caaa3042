namespace Sira.Simulation.Time;

/// <summary>Advances a clock until a task has ended.</summary>
internal sealed class VirtualTimeRun
{
    private const int MaximumTimers = 1_000_000;

    // Enough turns of the processor for a continuation that left the thread to come to an end, even on a busy machine.
    private const int MaximumSpins = 50;

    private static readonly TimeSpan DefaultHorizon = TimeSpan.FromDays(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly VirtualTimeProvider clock;
    private readonly Task running;
    private readonly DateTimeOffset end;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="running">The task.</param>
    /// <param name="horizon">How much virtual time may pass.</param>
    public VirtualTimeRun(VirtualTimeProvider clock, Task running, TimeSpan? horizon)
    {
        this.clock = clock;
        this.running = running;
        end = clock.GetUtcNow() + (horizon ?? DefaultHorizon);
    }

    /// <summary>Advances the clock from timer to timer until the task has ended.</summary>
    /// <returns>A task that ends then.</returns>
    public async Task PumpAsync()
    {
        for (var timers = 0; timers < MaximumTimers; timers++)
        {
            Settle();
            if (running.IsCompleted)
            {
                return;
            }

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

    private void Settle()
    {
        var spin = default(SpinWait);
        for (var quiet = 0; quiet < 2 && spin.Count < MaximumSpins && !running.IsCompleted;)
        {
            quiet = IsPoolIdle() ? quiet + 1 : 0;
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private static bool IsPoolIdle()
    {
        ThreadPool.GetMaxThreads(out var maximum, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        return ThreadPool.PendingWorkItemCount == 0 && maximum - available <= (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
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
