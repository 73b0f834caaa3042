namespace Sira.Simulation.Time;

/// <summary>A clock that stands still until it is told to move. Timers fire in order of their due time, on the thread that advances the clock.</summary>
/// <remarks>Thread-safe. The timestamp frequency is deliberately odd, so that code which confuses timestamps with ticks fails its tests.</remarks>
public sealed class VirtualTimeProvider : TimeProvider
{
    private readonly Lock gate = new();
    private readonly SortedSet<VirtualTimer> timers = new(Comparer<VirtualTimer>.Create(static (x, y) => x.Due.CompareTo(y.Due) is not 0 and var order ? order : x.Order.CompareTo(y.Order)));
    private DateTimeOffset now;
    private long sequence;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="start">The first instant; the default is 2026-01-01T00:00:00Z.</param>
    public VirtualTimeProvider(DateTimeOffset? start = null) => now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond * 7;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Gets the number of timers that are set.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (gate)
            {
                return timers.Count;
            }
        }
    }

    /// <summary>Gets the time until the next timer fires, or <see langword="null"/> when none is set.</summary>
    public TimeSpan? NextTimer
    {
        get
        {
            lock (gate)
            {
                return timers.Count == 0 ? null : Earliest().Due - now;
            }
        }
    }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    /// <inheritdoc />
    public override long GetTimestamp() => GetUtcNow().Ticks * 7;

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward, firing each timer at its own instant.</summary>
    /// <param name="by">How far; not negative.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (true)
        {
            VirtualTimer due;
            lock (gate)
            {
                if (timers.Count == 0 || (due = Earliest()).Due > end)
                {
                    now = end > now ? end : now;
                    return;
                }

                now = due.Due > now ? due.Due : now;
                timers.Remove(due);
                if (due.Period > TimeSpan.Zero)
                {
                    Schedule(due, due.Period);
                }
            }

            due.Fire();
        }
    }

    /// <summary>Moves the clock to the next timer and fires it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool AdvanceToNextTimer()
    {
        if (NextTimer is not { } wait)
        {
            return false;
        }

        Advance(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        return true;
    }

    private VirtualTimer Earliest() => timers.Min!;

    private void Schedule(VirtualTimer timer, TimeSpan dueTime)
    {
        timer.Due = now + dueTime;
        timer.Order = ++sequence; // From 1: a timer that was never set must not be taken for one that is.
        timers.Add(timer);
    }

    private sealed class VirtualTimer(VirtualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private bool disposed;

        public DateTimeOffset Due { get; set; }

        public long Order { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner.gate)
            {
                if (disposed)
                {
                    return false;
                }

                owner.timers.Remove(this);
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    owner.Schedule(this, dueTime);
                }

                return true;
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (owner.gate)
            {
                disposed = true;
                owner.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
