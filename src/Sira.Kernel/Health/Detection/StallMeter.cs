using Sira.Kernel.Time;

namespace Sira.Kernel.Health.Detection;

/// <summary>Measures how long this process itself stood still: garbage collections, a starved processor, a suspended machine. Whoever judges others by their silence discounts that, so as not to evict the world after waking up.</summary>
/// <remarks>
/// <para>Thread-safe. A heartbeat of its own on the same clock tells: between two beats, or since the last one, no more than two periods count as time in which anybody could have been heard; what is beyond that is a stall. So it also discounts a stall that has just ended and
/// whose late beat has not come yet, whichever timer runs first.</para>
/// <para>The idea is that of Lifeguard (Dadgar, Phillips and Currey, 2017): a failure detector has to doubt its own health first. The meter runs only while somebody uses it.</para>
/// </remarks>
public sealed class StallMeter : IDisposable
{
    private static readonly TimeSpan DefaultPeriod = TimeSpan.FromMilliseconds(250);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly MonotonicClock clock;
    private readonly TimeSpan period;
    private readonly long allowed;
    private ITimer? beats;
    private int users;
    private long lastBeat;
    private long stalled;
    private long stallEnd = StallReading.Never;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="period">The time between two beats; <see langword="null"/> means 250 milliseconds. Stalls shorter than it go unnoticed.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not positive.</exception>
    public StallMeter(TimeProvider time, TimeSpan? period = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.period = period ?? DefaultPeriod;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(this.period, TimeSpan.Zero, nameof(period));
        this.time = time;
        clock = new MonotonicClock(time);
        allowed = clock.ToTimestamps(2 * this.period);
    }

    /// <summary>Gets the sum of all stalls while the meter ran.</summary>
    public TimeSpan Stalled => clock.ToTimeSpan(Read().Stalled);

    /// <summary>Begins to measure, or goes on for one user more.</summary>
    public void Start()
    {
        lock (gate)
        {
            if (users++ == 0)
            {
                lastBeat = clock.Now;
                beats = time.CreateTimer(static state => ((StallMeter)state!).Beat(), this, period, period);
            }
        }
    }

    /// <summary>Ends measuring for one user; with the last one, the heartbeat stops.</summary>
    public void Stop()
    {
        lock (gate)
        {
            if (users > 0 && --users == 0)
            {
                StopBeating();
            }
        }
    }

    /// <summary>Stops the heartbeat, whoever uses it.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            users = 0;
            StopBeating();
        }
    }

    /// <summary>Reads the clock without the stalls.</summary>
    internal StallReading Read()
    {
        lock (gate)
        {
            var now = clock.Now;
            var excess = beats is null ? 0 : Math.Max(0, now - lastBeat - allowed);
            var attentive = now - stalled - excess;
            return new StallReading(attentive, stalled + excess, excess > 0 ? attentive : stallEnd);
        }
    }

    internal long ToTimestamps(TimeSpan duration) => clock.ToTimestamps(duration);

    internal TimeSpan ToTimeSpan(long timestamps) => clock.ToTimeSpan(timestamps);

    private void Beat()
    {
        lock (gate)
        {
            if (beats is not null)
            {
                Note(clock.Now);
            }
        }
    }

    private void Note(long now)
    {
        var excess = Math.Max(0, now - lastBeat - allowed);
        lastBeat = now;
        if (excess > 0)
        {
            stalled += excess;
            stallEnd = now - stalled;
        }
    }

    private void StopBeating()
    {
        if (beats is not null)
        {
            Note(clock.Now);
            beats.Dispose();
            beats = null;
        }
    }
}
