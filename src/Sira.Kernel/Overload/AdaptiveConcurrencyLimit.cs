using Sira.Kernel.Configuration;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;

namespace Sira.Kernel.Overload;

/// <summary>Finds out how many calls a callee can take at once: one more after each full round that went well, a fifth fewer when it is overloaded.</summary>
/// <remarks>
/// <para>Additive increase, multiplicative decrease, as TCP's congestion control. A round is as many successes as the limit. It raises the limit by 1 only if the limit was reached in it: a limit that nobody comes near to would otherwise grow without meaning anything, and do nothing when it is needed. An overload lowers it at most once per <see cref="AdaptiveConcurrencyLimitOptions.DecreaseInterval"/> and begins a new round.</para>
/// <para>Thread-safe and free of allocation. Entering and leaving are interlocked operations; a short lock is taken to change the limit, and for an overload.</para>
/// </remarks>
public sealed class AdaptiveConcurrencyLimit
{
    private readonly Lock gate = new();
    private readonly MonotonicClock clock;
    private volatile AdaptiveConcurrencyLimitOptions options;
    private int successes;
    private volatile bool reached;
    private long nextDecreaseAt;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name that a rejection quotes.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public AdaptiveConcurrencyLimit(string name, AdaptiveConcurrencyLimitOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ThrowIfInvalid(options);
        this.options = options;
        clock = new MonotonicClock(time);
        Pool = new ConcurrencyPool(name, options.InitialLimit);
    }

    /// <summary>Gets the slots, whose limit moves. Reserve from them together with other pools, or wait for them in a queue, instead of <see cref="TryEnter"/> and <see cref="Leave"/>; then <see cref="Record"/> the outcome before the reservation ends.</summary>
    public ConcurrencyPool Pool { get; }

    /// <summary>Gets the options in force.</summary>
    public AdaptiveConcurrencyLimitOptions Options => options;

    /// <summary>Gets how many calls may be in flight now.</summary>
    public int Limit => (int)Pool.Limit;

    /// <summary>Gets how many calls are in flight now; more than the limit after it was lowered.</summary>
    public int InFlight => (int)Pool.Used;

    /// <summary>Asks for leave to make a call.</summary>
    /// <returns>Whether it may be made; then <see cref="Leave"/> once.</returns>
    public bool TryEnter()
    {
        var instant = default(ReservationClock);
        if (Pool.TryReserve(1, ref instant, out _, out _))
        {
            return true;
        }

        reached = true;
        return false;
    }

    /// <summary>Notes how a call ended that <see cref="TryEnter"/> let pass, and frees its place. Who waits in a queue for one continues on this thread.</summary>
    /// <param name="outcome">What it says about the load.</param>
    /// <exception cref="InvalidOperationException">No call is in flight.</exception>
    public void Leave(ConcurrencyOutcome outcome)
    {
        if (Pool.Used == 0)
        {
            throw new InvalidOperationException($"{Pool.Name}: no call is in flight. Leave once for each TryEnter that returned true.");
        }

        _ = Move(outcome);
        Pool.Settle(stamp: 0, reserved: 1, actual: 1);
        Pool.SignalRoom();
    }

    /// <summary>Notes how a call ended whose place is held by a reservation from <see cref="Pool"/>. Who waits in a queue for a place that this adds continues on this thread.</summary>
    /// <param name="outcome">What it says about the load.</param>
    public void Record(ConcurrencyOutcome outcome)
    {
        if (Move(outcome))
        {
            Pool.SignalRoom();
        }
    }

    /// <summary>Replaces the options; the limit stays, moved into the new bounds.</summary>
    /// <param name="options">The new options.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range; the old options stay.</exception>
    public void Reconfigure(AdaptiveConcurrencyLimitOptions options)
    {
        ThrowIfInvalid(options);
        lock (gate)
        {
            this.options = options;
            Pool.SetLimit(Math.Clamp(Limit, options.MinimumLimit, options.MaximumLimit));
        }

        Pool.SignalRoom();
    }

    // Returns whether the limit is higher now.
    private bool Move(ConcurrencyOutcome outcome)
    {
        if (outcome == ConcurrencyOutcome.Overloaded)
        {
            Decrease();
        }
        else if (outcome == ConcurrencyOutcome.Success)
        {
            var limit = Pool.Limit;
            if (!reached && Pool.Used >= limit)
            {
                reached = true;
            }

            return Interlocked.Increment(ref successes) >= limit && EndRound();
        }

        return false;
    }

    private bool EndRound()
    {
        lock (gate)
        {
            var limit = Limit;
            if (Volatile.Read(ref successes) < limit)
            {
                // Another call ended the round.
                return false;
            }

            var raise = reached && limit < options.MaximumLimit;
            BeginRound();
            if (raise)
            {
                Pool.SetLimit(limit + 1);
            }

            return raise;
        }
    }

    private void Decrease()
    {
        lock (gate)
        {
            var now = clock.Now;
            if (now < nextDecreaseAt)
            {
                return;
            }

            var current = options;
            nextDecreaseAt = MonotonicClock.Add(now, clock.ToTimestamps(current.DecreaseInterval));
            Pool.SetLimit(Math.Max(current.MinimumLimit, (int)(Limit * current.DecreaseFactor)));
            BeginRound();
        }
    }

    private void BeginRound()
    {
        Volatile.Write(ref successes, 0);
        reached = false;
    }

    private static void ThrowIfInvalid(AdaptiveConcurrencyLimitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ConfigurationErrors();
        options.Validate("AdaptiveConcurrencyLimit", errors);
        errors.ThrowIfAny();
    }
}
