namespace Sira.Kernel.Health;

/// <summary>A change of a breaker's state.</summary>
/// <param name="from">The state before.</param>
/// <param name="to">The state after.</param>
/// <param name="breakUntil">When the break ends, if the breaker opened.</param>
/// <param name="generation">The breaker's generation after the change.</param>
public sealed class CircuitStateChangedEventArgs(CircuitState from, CircuitState to, DateTimeOffset? breakUntil, int generation) : EventArgs
{
    /// <summary>Gets the state before.</summary>
    public CircuitState From { get; } = from;

    /// <summary>Gets the state after.</summary>
    public CircuitState To { get; } = to;

    /// <summary>Gets when the break ends; <see langword="null"/> unless <see cref="To"/> is <see cref="CircuitState.Open"/>. A later retry-after may still move it further away.</summary>
    public DateTimeOffset? BreakUntil { get; } = breakUntil;

    /// <summary>Gets the breaker's generation after the change. Each change has the next one, so a subscriber can order changes that reach it out of order.</summary>
    public int Generation { get; } = generation;
}
