namespace Sira.Kernel.Health;

/// <summary>The states of a circuit breaker.</summary>
public enum CircuitState
{
    /// <summary>Calls pass.</summary>
    Closed,

    /// <summary>Calls are refused until the break is over.</summary>
    Open,

    /// <summary>A bounded number of probes pass, one at a time by default; everything else is refused.</summary>
    HalfOpen,
}
