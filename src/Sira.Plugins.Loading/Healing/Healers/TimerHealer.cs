using System.Collections;
using System.Reflection;
using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Healing.Healers;

/// <summary>Ends the timers that a plugin left running: those with its callbacks, and those for which nobody but its own abandoned methods waits (PeriodicTimer, Task.Delay).</summary>
/// <remarks>An abandoned method is not continued: it would only begin its next round.</remarks>
internal sealed class TimerHealer : ILeakHealer
{
    private readonly RuntimeMembers members = new();
    private readonly AbandonedWaiters waiters;
    private readonly FieldInfo? queues;
    private readonly FieldInfo? gate;
    private readonly FieldInfo? shortTimers;
    private readonly FieldInfo? longTimers;
    private readonly FieldInfo? next;
    private readonly FieldInfo? callback;
    private readonly FieldInfo? state;

    public TimerHealer()
    {
        var core = typeof(ITimer).Assembly;
        var queue = members.FindType(core, "System.Threading.TimerQueue");
        var timer = members.FindType(core, "System.Threading.TimerQueueTimer");
        queues = members.FindField(queue, "<Instances>k__BackingField", typeof(IEnumerable));
        gate = members.FindField(queue, "<SharedLock>k__BackingField", typeof(Lock));
        shortTimers = members.FindField(queue, "_shortTimers");
        longTimers = members.FindField(queue, "_longTimers");
        next = members.FindField(timer, "_next");
        callback = members.FindField(timer, "_timerCallback", typeof(TimerCallback));
        state = members.FindField(timer, "_state");
        waiters = new AbandonedWaiters(members);
    }

    public string Heals => "timers that still run";

    public string? Missing => members.Missing;

    public bool IsCostly => false;

    public int Heal(AssemblyLoadContext context)
    {
        var owned = new List<(ITimer Timer, object? State)>();
        foreach (var queue in (IEnumerable)queues!.GetValue(null)!)
        {
            lock ((Lock)gate!.GetValue(queue)!)
            {
                Collect(context, shortTimers!.GetValue(queue), owned);
                Collect(context, longTimers!.GetValue(queue), owned);
            }
        }

        // Outside the lock, which disposing takes.
        foreach (var (timer, awaited) in owned)
        {
            waiters.Forget(awaited);
            timer.Dispose();
        }

        return owned.Count;
    }

    private void Collect(AssemblyLoadContext context, object? timer, List<(ITimer Timer, object? State)> owned)
    {
        for (; timer is not null; timer = next!.GetValue(timer))
        {
            var awaited = state!.GetValue(timer);
            if (timer is ITimer running && (context.Owns(callback!.GetValue(timer) as Delegate) || waiters.AreOnlyOf(context, awaited)))
            {
                owned.Add((running, awaited));
            }
        }
    }
}
