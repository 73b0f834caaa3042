namespace Sira.Kernel.Health;

/// <summary>Leave to make one call, given by <see cref="CircuitBreaker.TryEnter"/> and handed back to <see cref="CircuitBreaker.Record"/> exactly once.</summary>
/// <param name="IsProbe">Whether the call probes an endpoint that was broken.</param>
/// <param name="Generation">The breaker's generation at entry, so that an outcome from before a state change is not counted after it.</param>
public readonly record struct CircuitPermit(bool IsProbe, int Generation);
