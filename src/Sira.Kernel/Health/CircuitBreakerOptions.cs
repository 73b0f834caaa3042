namespace Sira.Kernel.Health;

/// <summary>When a breaker opens, for how long, and how it closes again.</summary>
public sealed record CircuitBreakerOptions
{
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

    /// <summary>Gets the longest break that escalation reaches. A provider's own retry-after may be longer.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan MaximumBreakDuration { get; init; } = TimeSpan.FromMinutes(5);

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
}
