namespace Sira.Simulation.Replay;

/// <summary>The providers that policies are tried on: each backend by its name, with latency, speed, prices, limits and faults.</summary>
public sealed class SimulatedWorld
{
    private readonly Dictionary<string, SimulatedBackendOptions> backends = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the seed of everything that happens by chance.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Gets or sets the instant at which the log begins.</summary>
    /// <value>Default 2026-01-01T00:00:00Z.</value>
    public DateTimeOffset Start { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Gets the backends.</summary>
    public IReadOnlyDictionary<string, SimulatedBackendOptions> Backends => backends;

    /// <summary>Describes a backend. Policies need not add it.</summary>
    /// <param name="name">The backend's name, as in targets.</param>
    /// <param name="configure">Describes it.</param>
    /// <returns>The world.</returns>
    /// <exception cref="ArgumentException">A backend of this name was described before.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time, speed or limit is impossible.</exception>
    public SimulatedWorld AddBackend(string name, Action<SimulatedBackendOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var options = new SimulatedBackendOptions();
        configure?.Invoke(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstToken, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstTokenPerThousandInputTokens, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(options.LatencySpread);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.TokensPerSecond);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RequestsPerMinute ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TokensPerMinute ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumConcurrency ?? 1, 1);
        return backends.TryAdd(name, options) ? this : throw new ArgumentException($"The backend '{name}' was described before. Describe it once.", nameof(name));
    }
}
