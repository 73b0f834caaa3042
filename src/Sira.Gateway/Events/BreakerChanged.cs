using Sira.Kernel.Health;

namespace Sira.Gateway.Events;

/// <summary>Published on the bus when a target's breaker opened, began to probe or closed.</summary>
/// <param name="Target">The target.</param>
/// <param name="State">The new state.</param>
/// <param name="RemainingBreak">How long it stays open; zero in the other states.</param>
public readonly record struct BreakerChanged(string Target, CircuitState State, TimeSpan RemainingBreak);
