namespace Sira.Kernel.Health;

/// <summary>Leave to make one call, given by <see cref="CircuitBreaker.TryEnter"/> and handed back to <see cref="CircuitBreaker.Record"/> exactly once.</summary>
/// <remarks>The default value is no permit: what is recorded with it is not counted. Callers that try a refused endpoint all the same, because nothing else is left, record with that.</remarks>
/// <param name="IsProbe">Whether the call probes an endpoint that was broken.</param>
/// <param name="Generation">The breaker's generation at entry, so that an outcome from before a state change is not counted after it.</param>
public readonly record struct CircuitPermit(bool IsProbe, int Generation)
{
    /// <summary>Gets the number of the probe, so that one that comes back after its lease ran out does not free its successor's place.</summary>
    internal int Probe { get; init; }
}
