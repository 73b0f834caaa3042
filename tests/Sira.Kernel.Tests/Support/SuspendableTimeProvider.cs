namespace Sira.Kernel.Tests.Support;

/// <summary>A clock under which the process can stand still: time passes, no timer fires, and when it goes on all that are due fire late, each once, as after a suspended machine.</summary>
internal sealed class SuspendableTimeProvider : TimeProvider
{
    private readonly List<Timer> timers = [];
    private long ticks;
    private long order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond * 3;

    public override long GetTimestamp() => ticks * 3;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass while the process runs: each timer fires in time.</summary>
    public void Run(TimeSpan by)
    {
        var end = ticks + by.Ticks;
        while (Next() is { } timer && timer.Due <= end)
        {
            ticks = Math.Max(ticks, timer.Due);
            Fire(timer);
        }

        ticks = end;
    }

    /// <summary>Lets time pass while the process stands still. What was due fires at the next <see cref="Run"/>.</summary>
    public void Suspend(TimeSpan by) => ticks += by.Ticks;

    private Timer? Next() => timers.OrderBy(timer => timer.Due).ThenBy(timer => timer.Order).FirstOrDefault();

    private void Fire(Timer timer)
    {
        timers.Remove(timer);
        if (timer.Period > TimeSpan.Zero)
        {
            timer.Change(timer.Period, timer.Period);
        }

        timer.Call();
    }

    private sealed class Timer(SuspendableTimeProvider owner, Action call) : ITimer
    {
        private bool disposed;

        public long Due { get; private set; }

        public long Order { get; private set; }

        public TimeSpan Period { get; private set; }

        public void Call() => call();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            owner.timers.Remove(this);
            Period = period;
            if (!disposed && dueTime >= TimeSpan.Zero)
            {
                (Due, Order) = (owner.ticks + dueTime.Ticks, owner.order++);
                owner.timers.Add(this);
            }

            return !disposed;
        }

        public void Dispose()
        {
            disposed = true;
            owner.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
