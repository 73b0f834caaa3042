using Sira.Kernel.Time;

namespace Sira.Kernel.Registry;

/// <summary>How busy an endpoint is: calls in flight and the peak-sensitive moving average of its latency.</summary>
/// <remarks>
/// <para>Lock-free. The average is Finagle's peak EWMA: a sample above the average replaces it, one below pulls it down with weight <c>1 - exp(-Δt/τ)</c>, Δt being the time since the average last moved.</para>
/// <para>Unlike Finagle's, the average does not decay while nothing is recorded: at a few calls per minute, usual for language models, the endpoint that was left alone longest would
/// always look fastest, however slow it is. Balancers come back to a slow endpoint by their own exploration instead.</para>
/// </remarks>
public sealed class EndpointLoad
{
    // How far a clock reading may be behind one that another thread took, before it is rather the 32-bit stamp that has gone round.
    private const int LargestSkew = 1000;

    private readonly MonotonicClock clock;
    private readonly long timestampsPerMillisecond;
    private readonly double shortestStep;
    private readonly TimeProvider time;
    private int inFlight;
    private TaskCompletionSource? idle;

    // The average as a float in ticks below, and the millisecond when it last moved above; 0 before the first sample.
    private long average;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="decay">The time constant τ of the average; <see langword="null"/> means 30 seconds, which suits calls that take seconds.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is not positive.</exception>
    public EndpointLoad(TimeProvider time, TimeSpan? decay = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        Decay = decay ?? TimeSpan.FromSeconds(30);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Decay, TimeSpan.Zero, nameof(decay));
        this.time = time;
        clock = new MonotonicClock(time);
        shortestStep = Math.Max(1, Decay.TotalMilliseconds / 1000);
        timestampsPerMillisecond = Math.Max(1, clock.ToTimestamps(TimeSpan.FromMilliseconds(1)));
    }

    /// <summary>Gets the time constant of the average.</summary>
    public TimeSpan Decay { get; }

    /// <summary>Gets the number of calls that have begun and not ended.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>Gets the average latency as of the last sample, or <see langword="null"/> before the first.</summary>
    public TimeSpan? Latency => LatencyTicks is > 0 and var ticks ? TimeSpan.FromTicks((long)ticks) : null;

    /// <summary>Gets the average latency in ticks; 0 before the first sample.</summary>
    internal double LatencyTicks => TicksOf(Volatile.Read(ref average));

    /// <summary>Notes that a call begins.</summary>
    public void Begin() => Interlocked.Increment(ref inFlight);

    /// <summary>Notes that a call ended. To be called exactly once for each <see cref="Begin"/>.</summary>
    public void End()
    {
        if (Interlocked.Decrement(ref inFlight) == 0 && Volatile.Read(ref idle) is not null)
        {
            Interlocked.Exchange(ref idle, null)?.TrySetResult();
        }
    }

    /// <summary>Adds a latency sample. All samples of one load should measure the same; calls that are measured otherwise have a load of their own, see <see cref="Endpoint.WithLoad"/>.</summary>
    /// <param name="latency">The sample.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="latency"/> is negative.</exception>
    public void Record(TimeSpan latency) => RecordAt(latency, clock.Now);

    /// <summary>Adds a latency sample, as <see cref="Record(TimeSpan)"/> does.</summary>
    /// <param name="latency">The sample.</param>
    /// <param name="timestamp">The time, as the load's clock told it just now: who has read it already need not read it again.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="latency"/> is negative.</exception>
    public void Record(TimeSpan latency, long timestamp) => RecordAt(latency, clock.At(timestamp));

    /// <summary>Waits until no call is in flight.</summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether that was so in time.</returns>
    internal async Task<bool> WaitUntilIdleAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The time to wait must not be negative; use Timeout.InfiniteTimeSpan to wait for as long as it takes.");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), patience, timeout, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            while (true)
            {
                // Set before the count is looked at, so that the call that ends last finds it. Whoever waits is continued elsewhere: the caller whose call ends last does not do the waiter's work.
                var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var waiting = Interlocked.CompareExchange(ref idle, created, null) ?? created;
                if (InFlight <= 0)
                {
                    return true;
                }

                try
                {
                    await waiting.Task.WaitAsync(patience.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    return InFlight <= 0;
                }
            }
        }
    }

    private void RecordAt(TimeSpan latency, long at)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(latency, TimeSpan.Zero);

        // At least one tick, so that a sample differs from none.
        var sample = Math.Max(1f, latency.Ticks);
        var now = (uint)(at / timestampsPerMillisecond);
        var seen = Volatile.Read(ref average);
        while (true)
        {
            var next = Blend(seen, sample, now);
            if (next == seen)
            {
                return;
            }

            var found = Interlocked.CompareExchange(ref average, next, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    private static float TicksOf(long packed) => BitConverter.Int32BitsToSingle((int)packed);

    private static long Pack(float ticks, uint stamp) => ((long)stamp << 32) | (uint)BitConverter.SingleToInt32Bits(ticks);

    private long Blend(long seen, float sample, uint now)
    {
        var current = TicksOf(seen);
        if (sample >= current)
        {
            return Pack(sample, now);
        }

        // A step too short would drown in rounding. The stamp stays until the time has added up to one that counts; the samples before then are passed over.
        var elapsed = unchecked((int)(now - (uint)(seen >> 32)));
        if (elapsed >= -LargestSkew && elapsed < shortestStep)
        {
            return seen;
        }

        var weight = Math.Exp(-(double)(uint)elapsed * TimeSpan.TicksPerMillisecond / Decay.Ticks);
        return Pack((float)(sample + ((current - sample) * weight)), now);
    }
}
