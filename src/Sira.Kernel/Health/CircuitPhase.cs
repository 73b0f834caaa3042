namespace Sira.Kernel.Health;

/// <summary>A breaker's state and its generation in one word, so that both are read and written together.</summary>
/// <param name="Word">The generation above the two bits of the state.</param>
internal readonly record struct CircuitPhase(long Word)
{
    /// <summary>Gets the phase of a new breaker. Its generation is not 0, so that the default permit belongs to no phase.</summary>
    public static CircuitPhase Initial { get; } = new((1L << 2) | (long)CircuitState.Closed);

    /// <summary>Gets the state.</summary>
    public CircuitState State => (CircuitState)(Word & 3);

    /// <summary>Gets the generation.</summary>
    public int Generation => (int)(Word >> 2);

    /// <summary>Makes the phase that follows this one.</summary>
    public CircuitPhase Next(CircuitState state) => new(((long)unchecked(Generation + 1) << 2) | (long)state);
}
