using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Health;

/// <summary>When a breaker opens, for how long, and how it closes again.</summary>
public sealed record CircuitBreakerOptions
{
    private const int MostProbes = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);
    private static readonly string Durations = $"Use more than zero and at most {Longest.Days} days.";

    /// <summary>Gets the defaults.</summary>
    public static CircuitBreakerOptions Default { get; } = new();

    /// <summary>Gets the share of failures within <see cref="SamplingDuration"/> at which the breaker opens.</summary>
    /// <value>Default 0.5.</value>
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>Gets the number of calls within <see cref="SamplingDuration"/> below which the ratio is not judged.</summary>
    /// <value>Default 10.</value>
    public int MinimumThroughput { get; init; } = 10;

    /// <summary>Gets the number of failures in a row that open the breaker whatever the ratio is; 0 turns the rule off.</summary>
    /// <value>Default 5, Envoy's consecutive_5xx.</value>
    public int ConsecutiveFailures { get; init; } = 5;

    /// <summary>Gets the length of the rolling window.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan SamplingDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long the first break lasts; the n-th in a row lasts n times as long.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the longest break that escalation reaches; never less than <see cref="BreakDuration"/>. A provider's own retry-after may be longer.</summary>
    /// <value>Default 20 seconds, so that an endpoint is in use again within half a minute of its recovery however long it was down. Raise it where a failing probe is dear, as where an endpoint falls silent.</value>
    public TimeSpan MaximumBreakDuration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets the share of the break that is added at random, so that many processes do not probe at once.</summary>
    /// <value>Default 0.1.</value>
    public double Jitter { get; init; } = 0.1;

    /// <summary>Gets how many probes may be in flight while half-open.</summary>
    /// <value>Default 1.</value>
    public int HalfOpenProbes { get; init; } = 1;

    /// <summary>Gets how long after closing the endpoint's share of traffic grows from <see cref="SlowStartMinimum"/> to 1.</summary>
    /// <value>Default 10 seconds; zero turns slow start off.</value>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the share of traffic at the beginning of slow start.</summary>
    /// <value>Default 0.2.</value>
    public double SlowStartMinimum { get; init; } = 0.2;

    /// <summary>Reads the options from a section, each key of which has the name of its property. What the section does not name, or names wrongly, stays as it is; mistakes and unknown keys are added to the reader's.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="defaults">What holds for keys that are not there.</param>
    /// <returns>The options.</returns>
    public static CircuitBreakerOptions Read(ConfigurationReader reader, CircuitBreakerOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(defaults);
        var read = defaults with
        {
            FailureRatio = reader.TryDouble(nameof(FailureRatio), out var ratio, 0.01, 1) ? ratio : defaults.FailureRatio,
            MinimumThroughput = reader.TryInt32(nameof(MinimumThroughput), out var throughput, minimum: 1) ? throughput : defaults.MinimumThroughput,
            ConsecutiveFailures = reader.TryInt32(nameof(ConsecutiveFailures), out var consecutive, minimum: 0) ? consecutive : defaults.ConsecutiveFailures,
            SamplingDuration = reader.TryDuration(nameof(SamplingDuration), out var sampling) ? sampling : defaults.SamplingDuration,
            BreakDuration = reader.TryDuration(nameof(BreakDuration), out var duration) ? duration : defaults.BreakDuration,
            MaximumBreakDuration = reader.TryDuration(nameof(MaximumBreakDuration), out var maximum) ? maximum : defaults.MaximumBreakDuration,
            Jitter = reader.TryDouble(nameof(Jitter), out var jitter, 0, 1) ? jitter : defaults.Jitter,
            HalfOpenProbes = reader.TryInt32(nameof(HalfOpenProbes), out var probes, minimum: 1) ? probes : defaults.HalfOpenProbes,
            SlowStart = reader.TryDuration(nameof(SlowStart), out var slowStart) ? slowStart : defaults.SlowStart,
            SlowStartMinimum = reader.TryDouble(nameof(SlowStartMinimum), out var share, 0.01, 1) ? share : defaults.SlowStartMinimum,
        };
        reader.ReportUnknownKeys();
        return read;
    }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(FailureRatio is > 0 and <= 1, nameof(FailureRatio), FailureRatio, "Use a share above 0 and at most 1, such as 0.5.");
        Check(MinimumThroughput >= 1, nameof(MinimumThroughput), MinimumThroughput, "Use 1 or more calls.");
        Check(ConsecutiveFailures >= 0, nameof(ConsecutiveFailures), ConsecutiveFailures, "Use 1 or more failures, or 0 to turn the rule off.");
        Check(SamplingDuration > TimeSpan.Zero && SamplingDuration <= Longest, nameof(SamplingDuration), SamplingDuration, Durations);
        Check(BreakDuration > TimeSpan.Zero && BreakDuration <= Longest, nameof(BreakDuration), BreakDuration, Durations);
        Check(MaximumBreakDuration > TimeSpan.Zero && MaximumBreakDuration <= Longest, nameof(MaximumBreakDuration), MaximumBreakDuration, Durations);
        Check(Jitter is >= 0 and <= 1, nameof(Jitter), Jitter, "Use a share from 0 to 1, such as 0.1.");
        Check(HalfOpenProbes is >= 1 and <= MostProbes, nameof(HalfOpenProbes), HalfOpenProbes, $"Use 1 to {MostProbes} probes.");
        Check(SlowStart >= TimeSpan.Zero && SlowStart <= Longest, nameof(SlowStart), SlowStart, $"Use zero to turn it off, or at most {Longest.Days} days.");
        Check(SlowStartMinimum is > 0 and <= 1, nameof(SlowStartMinimum), SlowStartMinimum, "Use a share above 0 and at most 1, such as 0.2; at 0 a recovering endpoint would never be probed.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
