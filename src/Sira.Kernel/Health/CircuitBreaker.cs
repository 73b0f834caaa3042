using System.Runtime.CompilerServices;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;

namespace Sira.Kernel.Health;

/// <summary>The one circuit breaker of the house: rolling window, single-flight half-open probes, escalating and jittered breaks, slow start.</summary>
/// <remarks>
/// <para>Thread-safe. While closed, entering is one volatile read and recording a success two interlocked operations; refusing a call is lock-free too. A short lock is taken
/// only to change the state or to hand out and take back a probe. Nothing allocates but the event of a state change.</para>
/// <para>It opens on <see cref="CircuitBreakerOptions.ConsecutiveFailures"/>, on <see cref="CircuitBreakerOptions.FailureRatio"/>, both judged when a failure is recorded, or at once when
/// a failure carries a retry-after. A break that only a retry-after asked for lasts as long as it says; otherwise it lasts n times <see cref="CircuitBreakerOptions.BreakDuration"/> for the
/// n-th break in a row. The row ends when the breaker has stayed closed for the longer of <see cref="CircuitBreakerOptions.SlowStart"/> and <see cref="CircuitBreakerOptions.SamplingDuration"/>.</para>
/// <para>When the break is over, at most <see cref="CircuitBreakerOptions.HalfOpenProbes"/> probes are in flight. The first to succeed closes the breaker, the first to fail opens it again,
/// a neutral one gives its place back. A probe that has not come back after the longer of <see cref="CircuitBreakerOptions.BreakDuration"/> and 60 seconds loses its place to the next
/// one; its outcome still counts if the breaker is still half-open then, so that calls slower than the lease can close it.</para>
/// </remarks>
public sealed class CircuitBreaker
{
    private const long NotHealing = -1;
    private static readonly TimeSpan MinimumProbeLease = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly MonotonicClock clock;
    private readonly BreakSchedule schedule;
    private readonly ProbeSlots probes;
    private volatile CircuitBreakerOptions options;
    private volatile RollingWindow window;
    private long phaseWord = CircuitPhase.Initial.Word;
    private long admitAt;
    private long closedAt;
    private long healingSince = NotHealing;
    private int consecutiveFailures;

    /// <summary>Initializes a new instance, closed.</summary>
    /// <param name="options">When to open and close.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">The source of jitter.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public CircuitBreaker(CircuitBreakerOptions options, TimeProvider time, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        ThrowIfInvalid(options);
        this.options = options;
        this.time = time;
        clock = new MonotonicClock(time);
        schedule = new BreakSchedule(random);
        probes = new ProbeSlots(options.HalfOpenProbes);
        window = new RollingWindow(clock.ToTimestamps(options.SamplingDuration), clock.Now);
    }

    /// <summary>Raised after each change of state, on the thread that caused it and outside any lock. Handlers must be quick and must not throw: what they throw reaches the caller of <see cref="TryEnter"/> or <see cref="Record"/>.</summary>
    /// <remarks>The clock alone ends a break; the change to <see cref="CircuitState.HalfOpen"/> is raised when the first probe passes.</remarks>
    public event EventHandler<CircuitStateChangedEventArgs>? StateChanged;

    /// <summary>Gets the options in force.</summary>
    public CircuitBreakerOptions Options => options;

    /// <summary>Gets the state now. A breaker whose break is over is half-open, whether or not a probe has passed.</summary>
    public CircuitState State
    {
        get
        {
            var state = ReadPhase(out var until).State;
            return state == CircuitState.Open && clock.Now >= until ? CircuitState.HalfOpen : state;
        }
    }

    /// <summary>Gets the time until the next probe may pass; zero unless <see cref="CircuitState.Open"/>.</summary>
    public TimeSpan RemainingBreak => ReadPhase(out var until).State == CircuitState.Open ? clock.ToTimeSpan(until - clock.Now) : TimeSpan.Zero;

    /// <summary>Gets the share of its weight that the endpoint should get now: 1 while closed, less during slow start, <see cref="CircuitBreakerOptions.SlowStartMinimum"/> while a probe may pass, 0 while nothing may.</summary>
    public double HealthFactor
    {
        // Balancers ask each candidate; nearly always it is closed and healed.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsClosed && Volatile.Read(ref healingSince) == NotHealing ? 1 : PartialHealth();
    }

    /// <summary>Asks for leave to make a call. Never blocks, never allocates unless it changes the state.</summary>
    /// <param name="permit">The permit, to be handed back to <see cref="Record"/>; the default value when the call may not be made.</param>
    /// <returns>Whether the call may be made.</returns>
    public bool TryEnter(out CircuitPermit permit)
    {
        var current = Phase;
        if (current.State == CircuitState.Closed)
        {
            permit = new CircuitPermit(IsProbe: false, current.Generation);
            return true;
        }

        var now = clock.Now;
        if (now < Volatile.Read(ref admitAt))
        {
            permit = default;
            return false;
        }

        return TryEnterBroken(now, out permit);
    }

    /// <summary>Whether <see cref="TryEnter"/> would succeed now, without taking a permit.</summary>
    /// <returns><see langword="true"/> if it would.</returns>
    public bool CanEnter() => Phase.State == CircuitState.Closed || clock.Now >= Volatile.Read(ref admitAt);

    /// <summary>Notes how the call ended. An outcome from before a state change is not counted; but while open, the retry-after of any failure is honoured.</summary>
    /// <param name="permit">The permit of the call.</param>
    /// <param name="outcome">What it says about the endpoint.</param>
    /// <param name="retryAfter">How long the endpoint itself asked to be left alone; on a failure it opens the breaker for at least that long: max(existing, new). Zero or less is as good as none.</param>
    public void Record(CircuitPermit permit, CircuitOutcome outcome, TimeSpan? retryAfter = null)
    {
        var current = Phase;
        var asked = outcome == CircuitOutcome.Failure && retryAfter > TimeSpan.Zero ? retryAfter.Value : TimeSpan.Zero;
        if (permit.IsProbe)
        {
            RecordProbe(permit, outcome, asked);
        }
        else if (current.State != CircuitState.Closed || current.Generation != permit.Generation)
        {
            ExtendBreak(asked);
        }
        else if (outcome == CircuitOutcome.Success)
        {
            CountSuccess(clock.Now);
        }
        else if (outcome == CircuitOutcome.Failure)
        {
            RecordFailure(current, asked);
        }
    }

    /// <summary>Notes that the call succeeded, as <see cref="Record"/> does.</summary>
    /// <param name="permit">The permit of the call.</param>
    /// <param name="timestamp">The time, as the breaker's clock told it just now: who has read it already need not read it again.</param>
    public void RecordSuccess(CircuitPermit permit, long timestamp)
    {
        var current = Phase;
        if (permit.IsProbe || current.State != CircuitState.Closed || current.Generation != permit.Generation)
        {
            Record(permit, CircuitOutcome.Success);
            return;
        }

        CountSuccess(clock.At(timestamp));
    }

    /// <summary>Replaces the options; state and history stay. A running break and running probes keep the durations they began with.</summary>
    /// <param name="options">The new options.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range; the old options stay.</exception>
    public void Reconfigure(CircuitBreakerOptions options)
    {
        ThrowIfInvalid(options);
        lock (gate)
        {
            if (options.SamplingDuration != this.options.SamplingDuration)
            {
                var now = clock.Now;
                window = new RollingWindow(clock.ToTimestamps(options.SamplingDuration), now, window.Count(now));
            }

            if (options.HalfOpenProbes != this.options.HalfOpenProbes)
            {
                probes.Resize(options.HalfOpenProbes);
                if (Phase.State == CircuitState.HalfOpen)
                {
                    Volatile.Write(ref admitAt, probes.NextFree);
                }
            }

            this.options = options;
        }
    }

    /// <summary>Gets whether the breaker is closed. Cheaper than <see cref="State"/>.</summary>
    internal bool IsClosed => Phase.State == CircuitState.Closed;

    private CircuitPhase Phase => new(Volatile.Read(ref phaseWord));

    private static void ThrowIfInvalid(CircuitBreakerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ConfigurationErrors();
        options.Validate("CircuitBreaker", errors);
        errors.ThrowIfAny();
    }

    private double PartialHealth()
    {
        if (!IsClosed)
        {
            return clock.Now >= Volatile.Read(ref admitAt) ? options.SlowStartMinimum : 0;
        }

        var since = Volatile.Read(ref healingSince);
        return since == NotHealing ? 1 : Healing(since);
    }

    private double Healing(long since)
    {
        var current = options;
        var elapsed = clock.Now - since;
        var length = clock.ToTimestamps(current.SlowStart);
        if (elapsed < length)
        {
            return current.SlowStartMinimum + ((1 - current.SlowStartMinimum) * elapsed / length);
        }

        // Healed: from now on the clock need not be read. A new slow start that began meanwhile is left alone.
        Interlocked.CompareExchange(ref healingSince, NotHealing, since);
        return 1;
    }

    private bool TryEnterBroken(long now, out CircuitPermit permit)
    {
        CircuitStateChangedEventArgs? change = null;
        lock (gate)
        {
            if (Phase.State == CircuitState.Closed)
            {
                permit = new CircuitPermit(IsProbe: false, Phase.Generation);
                return true;
            }

            if (now < admitAt)
            {
                permit = default;
                return false;
            }

            if (Phase.State == CircuitState.Open)
            {
                probes.Clear();
                change = MoveTo(CircuitState.HalfOpen);
            }

            var lease = TimeSpan.FromTicks(Math.Max(options.BreakDuration.Ticks, MinimumProbeLease.Ticks));
            permit = new CircuitPermit(IsProbe: true, Phase.Generation) { Probe = probes.Take(MonotonicClock.Add(now, clock.ToTimestamps(lease))) };
            Volatile.Write(ref admitAt, probes.NextFree);
        }

        Raise(change);
        return true;
    }

    private void CountSuccess(long now)
    {
        window.AddSuccess(now);
        if (Volatile.Read(ref consecutiveFailures) != 0)
        {
            Volatile.Write(ref consecutiveFailures, 0);
        }
    }

    private void RecordFailure(CircuitPhase entered, TimeSpan asked)
    {
        var now = clock.Now;
        window.AddFailure(now);
        var row = Interlocked.Increment(ref consecutiveFailures);
        var current = options;
        var counts = window.Count(now);
        var trips = (current.ConsecutiveFailures > 0 && row >= current.ConsecutiveFailures)
            || (counts.Total >= current.MinimumThroughput && counts.Failures >= current.FailureRatio * counts.Total);
        if (!trips && asked == TimeSpan.Zero)
        {
            return;
        }

        CircuitStateChangedEventArgs? change;
        lock (gate)
        {
            if (Phase != entered)
            {
                // Another failure was faster; it began the break, this one can only prolong it.
                Extend(now, asked);
                return;
            }

            var closedFor = clock.ToTimeSpan(now - closedAt);
            change = Open(now, trips ? schedule.Escalate(current, closedFor, asked) : schedule.Honour(current, closedFor, asked));
        }

        Raise(change);
    }

    private void RecordProbe(CircuitPermit permit, CircuitOutcome outcome, TimeSpan asked)
    {
        CircuitStateChangedEventArgs? change = null;
        lock (gate)
        {
            var now = clock.Now;
            if (Phase.State != CircuitState.HalfOpen || Phase.Generation != permit.Generation)
            {
                Extend(now, asked);
            }
            else if (outcome == CircuitOutcome.Success)
            {
                change = Close(now);
            }
            else if (outcome == CircuitOutcome.Failure)
            {
                change = Open(now, schedule.Escalate(options, TimeSpan.Zero, asked));
            }
            else
            {
                probes.Release(permit.Probe);
                Volatile.Write(ref admitAt, probes.NextFree);
            }
        }

        Raise(change);
    }

    private void ExtendBreak(TimeSpan asked)
    {
        if (asked > TimeSpan.Zero)
        {
            lock (gate)
            {
                Extend(clock.Now, asked);
            }
        }
    }

    private void Extend(long now, TimeSpan asked)
    {
        if (Phase.State == CircuitState.Open && asked > TimeSpan.Zero)
        {
            var until = MonotonicClock.Add(now, clock.ToTimestamps(schedule.Spread(options, asked)));
            Volatile.Write(ref admitAt, Math.Max(admitAt, until));
        }
    }

    private CircuitStateChangedEventArgs Open(long now, TimeSpan length)
    {
        Volatile.Write(ref admitAt, MonotonicClock.Add(now, clock.ToTimestamps(length)));
        return MoveTo(CircuitState.Open, length);
    }

    private CircuitStateChangedEventArgs Close(long now)
    {
        window.Clear();
        Volatile.Write(ref consecutiveFailures, 0);
        Volatile.Write(ref healingSince, options.SlowStart > TimeSpan.Zero ? now : NotHealing);
        closedAt = now;
        return MoveTo(CircuitState.Closed);
    }

    // The phase is written last: whoever sees the new phase also sees the fields that belong to it.
    private CircuitStateChangedEventArgs MoveTo(CircuitState to, TimeSpan breakLength = default)
    {
        var from = Phase.State;
        var next = Phase.Next(to);
        Volatile.Write(ref phaseWord, next.Word);
        DateTimeOffset? breakUntil = null;
        if (to == CircuitState.Open)
        {
            var utcNow = time.GetUtcNow();
            breakUntil = breakLength < DateTimeOffset.MaxValue - utcNow ? utcNow + breakLength : DateTimeOffset.MaxValue;
        }

        return new CircuitStateChangedEventArgs(from, to, breakUntil, next.Generation);
    }

    private void Raise(CircuitStateChangedEventArgs? change)
    {
        if (change is not null)
        {
            StateChanged?.Invoke(this, change);
        }
    }

    // Reads the phase together with the deadline that belongs to it; the phase never has the same value twice in a row.
    private CircuitPhase ReadPhase(out long until)
    {
        while (true)
        {
            var before = Phase;
            until = Volatile.Read(ref admitAt);
            if (Phase == before)
            {
                return before;
            }
        }
    }
}
