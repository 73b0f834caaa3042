using Sira.Backends;
using Sira.Kernel.Health;

namespace Sira.Gateway.Clients;

/// <summary>The state of a target at one instant.</summary>
/// <param name="Target">The target, <c>backend/model</c>.</param>
/// <param name="Circuit">The state of its own breaker.</param>
/// <param name="RemainingBreak">How long nothing is sent to it, because its own breaker or its provider's is open.</param>
/// <param name="InFlight">The calls under way.</param>
/// <param name="Latency">The moving average of its time to the first token, or of its whole unary answers where it has given no stream; <see langword="null"/> before the first answer.</param>
public sealed record TargetStatus(string Target, CircuitState Circuit, TimeSpan RemainingBreak, int InFlight, TimeSpan? Latency)
{
    /// <summary>Gets the state of the breaker that all models of the backend share: it opens when the provider cannot be reached.</summary>
    public CircuitState ProviderCircuit { get; init; }

    /// <summary>Gets the state of each of the backend's API keys, by a hint that does not give the key away.</summary>
    public IReadOnlyList<KeyStatus> Keys { get; init; } = [];

    /// <summary>Gets what is left of the provider's rate limits, from 0 to 1, or <see langword="null"/> when it has not said.</summary>
    public double? Headroom { get; init; }
}
