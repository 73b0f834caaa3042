namespace Sira.Simulation.Time;

/// <summary>Advances a clock until a task has ended.</summary>
internal sealed class VirtualTimeRun
{
    private const int DefaultMaximumTimers = 1_000_000;

    // Turns of the processor before the time is looked at; those beyond the first thirty last a millisecond.
    private const int MaximumSpins = 50;
    private const int SpinsBeforeSleep = 30;

    // How many turns must show nothing: few where that is certain, and some milliseconds where others' work ended
    // meanwhile and so may hide the code's, which is marked only after its continuation has been compiled.
    private const int Quiet = 3;
    private const int QuietWhileHidden = SpinsBeforeSleep + 20;

    private static readonly TimeSpan DefaultHorizon = TimeSpan.FromDays(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OthersPatience = TimeSpan.FromMilliseconds(250);

    // Flows with the execution context of the code into every thread that continues it, and so tells when one does.
    private static readonly AsyncLocal<VirtualTimeRun?> Marker = new(static change =>
    {
        if (change.ThreadContextChanged)
        {
            change.PreviousValue?.Leave();
            change.CurrentValue?.Enter();
        }
    });

    private readonly VirtualTimeProvider clock;
    private readonly DateTimeOffset end;
    private readonly int maximumTimers;
    private Task running = Task.CompletedTask;
    private int active;
    private long entered;

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
        PoolWork.Enter();
        try
        {
            var before = Read();
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
                Settle(before);
                if (running.IsCompleted)
                {
                    await running.ConfigureAwait(false);
                    return;
                }

                before = Read();
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
        }
        finally
        {
            PoolWork.Leave();
        }

        throw new InvalidOperationException($"The code has not ended after {maximumTimers} timers: does it wait in a loop?");
    }

    // What left the thread shows as a queued work item, as a thread that runs the code, or, for the instant between the
    // two, as a busy thread of which nothing is known.
    private void Settle(PoolReading before)
    {
        var spin = default(SpinWait);
        var since = TimeProvider.System.GetTimestamp();
        PoolPassage? passage = null;
        for (var quiet = 0; !running.IsCompleted; spin.SpinOnce(SpinsBeforeSleep))
        {
            var now = Read();
            var certain = Volatile.Read(ref active) > 0;
            quiet = !certain && now.Pending == 0 && now.Unknown <= before.Unknown ? quiet + 1 : 0;
            if (quiet >= (now.MayHideWorkSince(before) ? QuietWhileHidden : Quiet))
            {
                return;
            }

            if (spin.Count > MaximumSpins && quiet == 0 && IsSpent(since, certain, ref passage))
            {
                return;
            }
        }
    }

    // The code itself is certain and worth waiting for. Queued items and busy threads may be somebody else's: once what
    // is queued now has been begun, so has what the code had queued before.
    private static bool IsSpent(long since, bool certain, ref PoolPassage? passage)
    {
        var waited = TimeProvider.System.GetElapsedTime(since);
        return waited > Patience || (waited > OthersPatience && !certain && (passage ??= new PoolPassage()).HasPassed);
    }

    private void Enter()
    {
        PoolWork.Enter();
        Interlocked.Increment(ref entered);
        Interlocked.Increment(ref active);
    }

    private void Leave()
    {
        Interlocked.Decrement(ref active);
        PoolWork.Leave();
    }

    private PoolReading Read() => PoolReading.Take(Interlocked.Read(ref entered));

    // Something outside virtual time may still set a timer or end the task; nobody can tell but by waiting.
    private async Task WaitForTimerAsync()
    {
        PoolWork.Leave();
        try
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
        finally
        {
            PoolWork.Enter(); // Perhaps on another thread.
        }
    }
}
