using Sira.Kernel.Health;

namespace Sira.Gateway.Clients;

/// <summary>The state of a target at one instant.</summary>
/// <param name="Target">The target, <c>backend/model</c>.</param>
/// <param name="Circuit">The state of its breaker.</param>
/// <param name="RemainingBreak">How long the breaker stays open; zero unless it is.</param>
/// <param name="InFlight">The calls under way.</param>
/// <param name="Latency">The moving average of its time to the first token, or of its whole unary answers where it has given no stream; <see langword="null"/> before the first answer.</param>
public sealed record TargetStatus(string Target, CircuitState Circuit, TimeSpan RemainingBreak, int InFlight, TimeSpan? Latency);
