using Sira.Kernel.Configuration;
using Sira.Kernel.Health;
using Sira.Kernel.Time;

namespace Sira.Kernel.Overload;

/// <summary>Rejects calls on this side, at random and as many as the callee would reject anyway, so that rejecting does not become the load that keeps it down.</summary>
/// <remarks>
/// <para>The adaptive throttling of Google's book on site reliability engineering, chapter "Handling Overload": a call is rejected with the probability max(0, (requests − K · accepts) / (requests + 1)). Requests are counted when they begin and also when they are rejected here, so that the probability does not swing back by itself; some always pass, and once the callee accepts them the rest follow.</para>
/// <para>Beyond the book, none is rejected until the callee has refused one, and no longer once a window has passed without any being refused there or here: calls that are in flight are no sign of an overload, however many begin at once and however long they take. So record every refusal, and record what it took as accepted as soon as that is known, with the headers or the first token, whatever comes of it later; only an overload is a refusal.</para>
/// <para>Thread-safe and free of allocation; a lock is taken only by the first call in each tenth of the window.</para>
/// </remarks>
public sealed class AdaptiveThrottle
{
    private const long Never = long.MinValue;

    private readonly Lock gate = new();
    private readonly MonotonicClock clock;
    private readonly IRandomSource random;
    private volatile AdaptiveThrottleOptions options;

    // Its successes are the accepts; its failures the requests, accepted or not.
    private volatile RollingWindow window;
    private long refusedAt = Never;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">How strict it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Which calls are rejected.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public AdaptiveThrottle(AdaptiveThrottleOptions options, TimeProvider time, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        ThrowIfInvalid(options);
        this.options = options;
        this.random = random;
        clock = new MonotonicClock(time);
        window = new RollingWindow(clock.ToTimestamps(options.Window), clock.Now);
    }

    /// <summary>Gets the options in force.</summary>
    public AdaptiveThrottleOptions Options => options;

    /// <summary>Gets with which probability the next call is rejected; from 0 to below 1.</summary>
    public double RejectionProbability => Probability(clock.Now);

    /// <summary>Draws whether a call made now would be rejected, without counting it: to rank callees before one is chosen.</summary>
    /// <returns>Whether it would be.</returns>
    public bool ShouldReject() => Draw(clock.Now);

    /// <summary>Asks for leave to make a call, and counts it, whatever the answer is.</summary>
    /// <returns>Whether it may be made. Then <see cref="RecordAccepted"/> or <see cref="RecordRefused"/>, or neither where it never got as far as the callee.</returns>
    public bool TryEnter()
    {
        var now = clock.Now;
        var rejected = Draw(now);
        window.AddFailure(now);
        if (rejected)
        {
            // Stands for the refusal that it spares the callee.
            Volatile.Write(ref refusedAt, now);
        }

        return !rejected;
    }

    /// <summary>Notes that the callee took a call.</summary>
    public void RecordAccepted() => window.AddSuccess(clock.Now);

    /// <summary>Notes that the callee refused a call because it has too much to do.</summary>
    public void RecordRefused() => Volatile.Write(ref refusedAt, clock.Now);

    /// <summary>Replaces the options; what was counted stays.</summary>
    /// <param name="options">The new options.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range; the old options stay.</exception>
    public void Reconfigure(AdaptiveThrottleOptions options)
    {
        ThrowIfInvalid(options);
        lock (gate)
        {
            if (options.Window != this.options.Window)
            {
                var now = clock.Now;
                window = new RollingWindow(clock.ToTimestamps(options.Window), now, window.Count(now));
            }

            this.options = options;
        }
    }

    private bool Draw(long now)
    {
        var probability = Probability(now);
        return probability > 0 && random.NextDouble() < probability;
    }

    private double Probability(long now)
    {
        var current = options;
        var refused = Volatile.Read(ref refusedAt);
        if (refused == Never || now - refused > clock.ToTimestamps(current.Window))
        {
            return 0;
        }

        var counts = window.Count(now);
        return counts.Failures < current.MinimumThroughput ? 0 : Math.Max(0, (counts.Failures - (current.Multiplier * counts.Successes)) / (counts.Failures + 1));
    }

    private static void ThrowIfInvalid(AdaptiveThrottleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ConfigurationErrors();
        options.Validate("AdaptiveThrottle", errors);
        errors.ThrowIfAny();
    }
}
