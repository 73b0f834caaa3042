using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Health.Detection;

/// <summary>When silence is taken for failure.</summary>
public sealed record PhiAccrualOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Gets the defaults.</summary>
    public static PhiAccrualOptions Default { get; } = new();

    /// <summary>Gets the φ at which the silent one is suspected: φ = 8 is wrong once in 10⁸ heartbeats, if intervals were normally distributed.</summary>
    /// <value>Default 8, as Akka's; Hazelcast uses 10.</value>
    public double Threshold { get; init; } = 8;

    /// <summary>Gets the number of intervals that are remembered.</summary>
    /// <value>Default 200, as Hazelcast's.</value>
    public int MaximumSamples { get; init; } = 200;

    /// <summary>Gets the least standard deviation that is reckoned with; without it, a very regular heart would be suspected at its first irregular beat.</summary>
    /// <value>Default 100 milliseconds, as Akka's and Hazelcast's.</value>
    public TimeSpan MinimumDeviation { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets how much later than usual a heartbeat may come before suspicion grows: pauses of the sender, lost packets, and those of the observer's own that are too short for its <see cref="StallMeter"/>.</summary>
    /// <value>Default 3 seconds, as Akka's.</value>
    public TimeSpan AcceptablePause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets the interval that is reckoned with before any is known, give or take a quarter.</summary>
    /// <value>Default 1 second, as Akka's.</value>
    public TimeSpan FirstEstimate { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(Threshold is > 0 and <= 100, nameof(Threshold), Threshold, "Use a number above 0 and at most 100, such as 8.");
        Check(MaximumSamples is >= 10 and <= 10_000, nameof(MaximumSamples), MaximumSamples, "Use 10 to 10000 intervals.");
        Check(MinimumDeviation > TimeSpan.Zero && MinimumDeviation <= Longest, nameof(MinimumDeviation), MinimumDeviation, "Use more than zero and at most a day, such as 100ms.");
        Check(AcceptablePause >= TimeSpan.Zero && AcceptablePause <= Longest, nameof(AcceptablePause), AcceptablePause, "Use zero to a day, such as 3s.");
        Check(FirstEstimate > TimeSpan.Zero && FirstEstimate <= Longest, nameof(FirstEstimate), FirstEstimate, "Use more than zero and at most a day, such as 1s.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
