using Sira.Kernel.Time;

namespace Sira.Kernel.Health;

/// <summary>The one circuit breaker of the house: rolling window, single-flight half-open probes, escalating and jittered breaks, slow start.</summary>
public sealed class CircuitBreaker
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">When to open and close.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">The source of jitter.</param>
    public CircuitBreaker(CircuitBreakerOptions options, TimeProvider time, IRandomSource random) => throw new InvalidOperationException($"{options}{time}{random}");

    /// <summary>Gets the state now.</summary>
    public CircuitState State => throw new InvalidOperationException();

    /// <summary>Gets the time until the next probe may pass; zero unless <see cref="CircuitState.Open"/>.</summary>
    public TimeSpan RemainingBreak => throw new InvalidOperationException();

    /// <summary>Gets the share of its weight that the endpoint should get now: 1, less during slow start, 0 while open.</summary>
    public double HealthFactor => throw new InvalidOperationException();

    /// <summary>Asks for leave to make a call. Never blocks, never allocates.</summary>
    /// <param name="permit">The permit, to be handed back to <see cref="Record"/>.</param>
    /// <returns>Whether the call may be made.</returns>
    public bool TryEnter(out CircuitPermit permit) => throw new InvalidOperationException();

    /// <summary>Whether <see cref="TryEnter"/> would succeed now, without taking a permit.</summary>
    /// <returns><see langword="true"/> if it would.</returns>
    public bool CanEnter() => throw new InvalidOperationException();

    /// <summary>Notes how the call ended.</summary>
    /// <param name="permit">The permit of the call.</param>
    /// <param name="outcome">What it says about the endpoint.</param>
    /// <param name="retryAfter">How long the endpoint itself asked to be left alone; on a failure it opens the breaker for at least that long: max(existing, new).</param>
    public void Record(CircuitPermit permit, CircuitOutcome outcome, TimeSpan? retryAfter = null) => throw new InvalidOperationException();

    /// <summary>Replaces the options; state and history stay.</summary>
    /// <param name="options">The new options.</param>
    public void Reconfigure(CircuitBreakerOptions options) => throw new InvalidOperationException();
}
