using Sira.Kernel.Configuration;
using Sira.Kernel.Health;
using Sira.Kernel.Time;

namespace Sira.Kernel.Overload;

/// <summary>Keeps retries a share of the calls, so that they cannot multiply the load of what is overloaded already.</summary>
/// <remarks>
/// <para>The retry budget of Twitter's Finagle: each call deposits a part of a retry, each retry withdraws a whole one, and both are forgotten after <see cref="RetryBudgetOptions.TimeToLive"/>. On top of what calls earn there is a reserve of <see cref="RetryBudgetOptions.MinimumRetriesPerSecond"/> for that time.</para>
/// <para>Thread-safe and free of allocation. A deposit is one interlocked operation; a withdrawal takes a short lock, so that no two spend the same retry. The time is cut into ten slices: what is due is forgotten up to a tenth of it early.</para>
/// </remarks>
public sealed class RetryBudget
{
    private readonly Lock gate = new();
    private readonly MonotonicClock clock;
    private volatile RetryBudgetOptions options;

    // Its successes are the deposits, its failures the withdrawals.
    private volatile RollingWindow window;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">How many retries calls earn.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public RetryBudget(RetryBudgetOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ThrowIfInvalid(options);
        this.options = options;
        clock = new MonotonicClock(time);
        window = new RollingWindow(clock.ToTimestamps(options.TimeToLive), clock.Now);
    }

    /// <summary>Gets the options in force.</summary>
    public RetryBudgetOptions Options => options;

    /// <summary>Gets how many retries there are now, whole ones; never negative.</summary>
    public long Available => (long)Math.Max(0, Balance(clock.Now));

    /// <summary>Notes a call; not a retry.</summary>
    public void Deposit() => window.AddSuccess(clock.Now);

    /// <summary>Notes a call; not a retry.</summary>
    /// <param name="timestamp">The time, as the budget's clock told it just now: who has read it already need not read it again.</param>
    public void Deposit(long timestamp) => window.AddSuccess(clock.At(timestamp));

    /// <summary>Asks for leave to retry.</summary>
    /// <returns>Whether there was a whole retry; it is spent then.</returns>
    public bool TryWithdraw()
    {
        lock (gate)
        {
            var now = clock.Now;
            if (Balance(now) < 1)
            {
                return false;
            }

            window.AddFailure(now);
            return true;
        }
    }

    /// <summary>Replaces the options; what was deposited and withdrawn stays.</summary>
    /// <param name="options">The new options.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range; the old options stay.</exception>
    public void Reconfigure(RetryBudgetOptions options)
    {
        ThrowIfInvalid(options);
        lock (gate)
        {
            if (options.TimeToLive != this.options.TimeToLive)
            {
                var now = clock.Now;
                window = new RollingWindow(clock.ToTimestamps(options.TimeToLive), now, window.Count(now));
            }

            this.options = options;
        }
    }

    private double Balance(long now)
    {
        var current = options;
        var counts = window.Count(now);
        var balance = (current.MinimumRetriesPerSecond * current.TimeToLive.TotalSeconds) + (current.RetryRatio * counts.Successes) - counts.Failures;

        // Five fifths are one, also in floating point.
        return balance + 1e-9;
    }

    private static void ThrowIfInvalid(RetryBudgetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ConfigurationErrors();
        options.Validate("RetryBudget", errors);
        errors.ThrowIfAny();
    }
}
