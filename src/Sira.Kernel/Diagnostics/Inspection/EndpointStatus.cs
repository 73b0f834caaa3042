using Sira.Kernel.Health;

namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>An endpoint at one instant.</summary>
/// <param name="Service">The service that it belongs to.</param>
/// <param name="Id">Its identity.</param>
/// <param name="Circuit">The state of its breaker.</param>
/// <param name="RemainingBreak">How long its breaker stays open.</param>
/// <param name="HealthFactor">The share of its weight that it gets now.</param>
/// <param name="InFlight">The calls under way.</param>
/// <param name="Latency">The moving average of its latency; <see langword="null"/> before the first sample.</param>
public sealed record EndpointStatus(string Service, string Id, CircuitState Circuit, TimeSpan RemainingBreak, double HealthFactor, int InFlight, TimeSpan? Latency);
