using Sira.Kernel.Time;

namespace Sira.Kernel.Resources.ProviderQuotas;

/// <summary>A quota that somebody else counts and resets when he likes: the requests, tokens or requests per day of a provider's account. Learns limit, remainder and reset from what the provider says.</summary>
/// <remarks>
/// <para>Thread-safe; takes a short lock, because a report and a reservation must not pass each other.</para>
/// <para>The pool counts what is reserved through it, and believes the provider at once when he says that less remains: others may use the same account. What is in flight is taken as not yet counted by the provider, so that it never promises twice; report after settling the call whose answer it was. That more remains than was counted is believed only when he names a later reset than before, as with a new window; answers that arrive in the wrong order cannot make room, and those that arrive after the reset of which they tell change nothing but the limit. A limit of 0 says that nothing is left; how much there is after the reset is what was known before. So <see cref="Used"/> may be more than the provider counts, and more than the limit.</para>
/// <para>At its reset the whole limit is there again, but for what is in flight. From then on, and until the provider speaks, windows have the length that was given.</para>
/// </remarks>
public sealed class ProviderQuotaPool : ResourcePool
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly MonotonicClock clock;
    private readonly long window;
    private long used;
    private long inFlight;
    private long resetAt;
    private long windowNumber;

    // Whether the provider has named the reset; else it is a guess, and whatever he says is better.
    private bool resetIsTold;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name that a rejection quotes.</param>
    /// <param name="limit">The limit until the provider says another; <see cref="long.MaxValue"/> when nothing is known.</param>
    /// <param name="window">How long windows are until the provider says when it resets; a longer guess waits longer.</param>
    /// <param name="time">The clock; only its monotonic timestamp is read.</param>
    /// <param name="unit">What is counted; <see langword="null"/> means <see cref="ResourceUnit.Units"/>.</param>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative, or the window is not positive or longer than <see cref="LongestReset"/>.</exception>
    public ProviderQuotaPool(string name, long limit, TimeSpan window, TimeProvider time, ResourceUnit? unit = null)
        : base(name, limit, unit)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, LongestReset);
        this.time = time;
        clock = new MonotonicClock(time);
        this.window = clock.ToTimestamps(window);
        resetAt = this.window;
    }

    /// <summary>Gets the furthest ahead that a reset is believed to be: 32 days, a little more than the longest month.</summary>
    public static TimeSpan LongestReset { get; } = TimeSpan.FromDays(32);

    /// <inheritdoc />
    public override long Used
    {
        get
        {
            lock (gate)
            {
                Roll(clock.Now);
                return used;
            }
        }
    }

    /// <summary>Gets in what time the whole limit is there again.</summary>
    public TimeSpan ResetAfter
    {
        get
        {
            lock (gate)
            {
                var now = clock.Now;
                Roll(now);
                return clock.ToTimeSpan(resetAt - now);
            }
        }
    }

    /// <summary>Learns what the provider said. Whoever waits for room that it makes continues on this thread.</summary>
    /// <param name="report">What it said.</param>
    public void Report(in ProviderQuotaReport report)
    {
        Learn(report);
        SignalRoom();
    }

    /// <summary>Learns that the provider refused for want of quota: nothing is left, whatever was counted.</summary>
    /// <param name="retryAfter">When it wants to be asked again; <see langword="null"/> or zero if it did not say, which leaves the reset where it is.</param>
    public void ReportExhausted(TimeSpan? retryAfter)
    {
        lock (gate)
        {
            var now = clock.Now;
            Roll(now);
            used = Math.Max(used, MonotonicClock.Add(Limit, inFlight));
            if (retryAfter is { } wait && wait > TimeSpan.Zero)
            {
                var asked = MonotonicClock.Add(now, clock.ToTimestamps(Clamp(wait)));
                resetAt = resetIsTold ? Math.Max(resetAt, asked) : asked;
                resetIsTold = true;
            }
        }
    }

    /// <inheritdoc />
    protected internal override bool TryReserve(long amount, ref ReservationClock clock, out long stamp, out TimeSpan? retryAfter)
    {
        retryAfter = null;
        var now = this.clock.At(clock.GetTimestamp(time));
        lock (gate)
        {
            Roll(now);
            stamp = windowNumber;
            var limit = Limit;
            if (amount != 0 && amount > limit - used)
            {
                retryAfter = amount > limit ? null : this.clock.ToTimeSpan(resetAt - now);
                return false;
            }

            used += amount;
            inFlight += amount;
            return true;
        }
    }

    /// <inheritdoc />
    protected internal override void Settle(long stamp, long reserved, long actual)
    {
        lock (gate)
        {
            Roll(clock.Now);
            inFlight -= reserved;
            if (actual > reserved)
            {
                used = MonotonicClock.Add(used, actual - reserved);
            }
            else if (stamp == windowNumber)
            {
                used = Math.Max(inFlight, used - (reserved - actual));
            }
        }
    }

    private void Learn(in ProviderQuotaReport report)
    {
        lock (gate)
        {
            var now = clock.Now;
            Roll(now);

            // No limit at all, as in an answer that refuses: nothing is left now, but it does not tell how much there will be after the reset.
            var isNone = report.Limit <= 0;
            var limit = isNone ? Limit : report.Limit ?? Limit;
            SetLimit(limit);
            if (report.ResetAfter <= TimeSpan.Zero)
            {
                // An answer that came after the window of which it tells.
                return;
            }

            var reset = report.ResetAfter is { } after ? MonotonicClock.Add(now, clock.ToTimestamps(Clamp(after))) : resetAt;
            var isNewer = resetIsTold && reset > resetAt;
            if ((isNone ? 0 : report.Remaining) is { } remaining)
            {
                var counted = MonotonicClock.Add(limit - Math.Clamp(remaining, 0, limit), inFlight);
                used = isNewer ? counted : Math.Max(used, counted);
            }

            if (report.ResetAfter is not null)
            {
                resetAt = isNewer || !resetIsTold ? reset : resetAt;
                resetIsTold = true;
            }
        }
    }

    private static TimeSpan Clamp(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestReset ? LongestReset : wait;

    private void Roll(long now)
    {
        if (now < resetAt)
        {
            return;
        }

        // What is in flight may be counted by the provider in the window that has begun.
        used = inFlight;
        windowNumber++;
        resetIsTold = false;
        resetAt = MonotonicClock.Add(resetAt, ((now - resetAt) / window + 1) * window);
    }
}
