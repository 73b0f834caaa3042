using Sira.Kernel.Configuration;
using Sira.Kernel.Time;

namespace Sira.Kernel.Health.Detection;

/// <summary>Suspects somebody of having failed by how long he has been silent, measured by how regularly he was heard before.</summary>
/// <remarks>
/// <para>φ = -log10(1 - F(t)), t being the time since the last heartbeat and F the distribution of the intervals before, taken for normal: Hayashibara, Défago, Yared and Katayama, "The φ accrual failure detector" (2004).
/// The tail of the normal distribution is Bowling and others' logistic approximation (2009), as in Akka; it is reckoned in logarithms, so that φ grows without bound instead of ending at infinity.</para>
/// <para>Stalls of the observer itself are left out, see <see cref="StallMeter"/>: a heart that beat while nobody could listen was not silent. Intervals around a stall are not remembered: what piled up meanwhile is heard all at once, and says nothing of the rhythm. Nor is the interval that ends a suspicion.</para>
/// <para>Thread-safe.</para>
/// </remarks>
public sealed class PhiAccrualDetector
{
    private readonly Lock gate = new();
    private readonly StallMeter? stalls;
    private readonly MonotonicClock clock;
    private readonly IntervalWindow window;
    private readonly double suspicious;
    private readonly long pause;
    private readonly long leastDeviation;
    private long last;

    /// <summary>Initializes a new instance. Being made counts as the first heartbeat.</summary>
    /// <param name="options">When silence is taken for failure.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stalls">What measures the observer's own stalls on the same clock, running while the detector is in use; <see langword="null"/> if they are to count as silence.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public PhiAccrualDetector(PhiAccrualOptions options, TimeProvider time, StallMeter? stalls = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var errors = new ConfigurationErrors();
        options.Validate("FailureDetector", errors);
        errors.ThrowIfAny();
        this.stalls = stalls;
        clock = new MonotonicClock(time);
        pause = clock.ToTimestamps(options.AcceptablePause);
        leastDeviation = clock.ToTimestamps(options.MinimumDeviation);
        suspicious = PhiCurve.DeviationsAt(options.Threshold);
        window = new IntervalWindow(options.MaximumSamples);
        var first = clock.ToTimestamps(options.FirstEstimate);
        window.Add(first - (first / 4));
        window.Add(first + (first / 4));
        last = Read().Now;
    }

    /// <summary>Gets how strongly the silent one is suspected now; 0 when there is no reason at all.</summary>
    public double Phi
    {
        get
        {
            lock (gate)
            {
                return PhiCurve.At((Read().Now - last - Expected) / Deviation);
            }
        }
    }

    /// <summary>Gets whether φ has reached the threshold.</summary>
    public bool IsSuspected => Remaining <= TimeSpan.Zero;

    /// <summary>Gets how much longer silence may last, as far as it can be told now, before φ reaches the threshold; zero when it has.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (gate)
            {
                return clock.ToTimeSpan(SuspectedAt - Read().Now);
            }
        }
    }

    private double Expected => window.Mean + pause;

    private double Deviation => Math.Max(window.Deviation, leastDeviation);

    private long SuspectedAt => MonotonicClock.Add(last, (long)Math.Max(0, Math.Ceiling(Expected + (suspicious * Deviation))));

    /// <summary>Notes a heartbeat.</summary>
    public void Heartbeat()
    {
        lock (gate)
        {
            var (now, _, stallEnd) = Read();
            if (now < SuspectedAt && stallEnd <= last && now - stallEnd >= window.Mean)
            {
                window.Add(now - last);
            }

            last = now;
        }
    }

    private StallReading Read() => stalls?.Read() ?? new StallReading(clock.Now, 0, StallReading.Never);
}
