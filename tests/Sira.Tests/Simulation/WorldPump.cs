using Sira.Simulation.Time;

namespace Sira.Tests.Simulation;

/// <summary>Advances a clock until a task has ended, on this thread alone: what leaves the thread is never waited for, and shows as a run that does not end.</summary>
internal static class WorldPump
{
    private const int MaximumTimers = 1_000_000;

    public static void Run(VirtualTimeProvider clock, Func<Task> action)
    {
        // A context would send continuations elsewhere.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var running = action();
            for (var timers = 0; !running.IsCompleted; timers++)
            {
                if (timers == MaximumTimers || !clock.AdvanceToNextTimer())
                {
                    throw new TimeoutException(timers == MaximumTimers ? "It still runs after a million timers." : "Somebody waits for ever: no timer is set, and nothing else can happen.");
                }
            }

            running.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
