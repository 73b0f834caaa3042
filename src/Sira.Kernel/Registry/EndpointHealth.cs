namespace Sira.Kernel.Registry;

/// <summary>The health of an endpoint, put together from its signals and its breaker.</summary>
public enum EndpointHealth
{
    /// <summary>It serves its whole share.</summary>
    Healthy,

    /// <summary>It serves a part of its share: its check calls it degraded, or its breaker lets probes pass or is in slow start.</summary>
    Degraded,

    /// <summary>It finishes the calls in flight and gets no new ones.</summary>
    Draining,

    /// <summary>It gets no calls: its check fails, its lease has lapsed, or its breaker is open.</summary>
    Unhealthy,
}
