namespace Sira.Simulation.Time;

/// <summary>Advances a clock until a task has ended.</summary>
internal sealed class VirtualTimeRun
{
    private const int DefaultMaximumTimers = 1_000_000;

    // Turns of the processor before the time is looked at; those beyond the first thirty last a millisecond.
    private const int MaximumSpins = 50;
    private const int SpinsBeforeSleep = 30;

    private static readonly TimeSpan DefaultHorizon = TimeSpan.FromDays(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OthersPatience = TimeSpan.FromMilliseconds(250);

    // Flows with the execution context of the code into every thread that continues it, and so tells when one does.
    private static readonly AsyncLocal<VirtualTimeRun?> Marker = new(static change =>
    {
        if (change.ThreadContextChanged)
        {
            change.PreviousValue?.Count(-1);
            change.CurrentValue?.Count(1);
        }
    });

    private readonly VirtualTimeProvider clock;
    private readonly DateTimeOffset end;
    private readonly int maximumTimers;
    private Task running = Task.CompletedTask;
    private int active;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="horizon">How much virtual time may pass.</param>
    /// <param name="maximumTimers">How many timers may fire before the code is taken to wait in a loop.</param>
    public VirtualTimeRun(VirtualTimeProvider clock, TimeSpan? horizon, int maximumTimers = DefaultMaximumTimers)
    {
        (this.clock, this.maximumTimers) = (clock, maximumTimers);
        end = clock.GetUtcNow() + (horizon ?? DefaultHorizon);
    }

    /// <summary>Starts the code and advances the clock from timer to timer until it has ended.</summary>
    /// <param name="action">The code.</param>
    /// <returns>A task that ends as the code's does.</returns>
    public async Task PumpAsync(Func<Task> action)
    {
        var busyBefore = BusyThreads();
        Marker.Value = this;
        try
        {
            running = action();
        }
        finally
        {
            Marker.Value = null; // The pump itself is not the code it waits for.
        }

        for (var timers = 0; timers < maximumTimers; timers++)
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

        throw new InvalidOperationException($"The code has not ended after {maximumTimers} timers: does it wait in a loop?");
    }

    // What left the thread shows as a queued work item, as a thread that runs the code, or, for the instant between the
    // two, as one more busy thread than before.
    private void Settle(int busyBefore)
    {
        var spin = default(SpinWait);
        var since = TimeProvider.System.GetTimestamp();
        for (var quiet = 0; quiet < 3 && !running.IsCompleted; spin.SpinOnce(SpinsBeforeSleep))
        {
            // The code itself is certain and worth waiting for; queued items and busy threads may be somebody else's.
            var certain = Volatile.Read(ref active) > 0;
            quiet = !certain && ThreadPool.PendingWorkItemCount == 0 && BusyThreads() <= busyBefore ? quiet + 1 : 0;
            if (spin.Count > MaximumSpins && TimeProvider.System.GetElapsedTime(since) > (certain ? Patience : OthersPatience))
            {
                return;
            }
        }
    }

    private void Count(int change) => Interlocked.Add(ref active, change);

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
