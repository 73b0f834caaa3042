using Sira.Kernel.Health;

namespace Sira.Gateway.Events;

/// <summary>Published on the bus when the breaker of a target, of a provider or of an API key opened, began to probe or closed.</summary>
/// <param name="Target">The target, the backend, or the key by a hint that does not give it away.</param>
/// <param name="State">The new state.</param>
/// <param name="RemainingBreak">How long it stays open; zero in the other states.</param>
public readonly record struct BreakerChanged(string Target, CircuitState State, TimeSpan RemainingBreak);
