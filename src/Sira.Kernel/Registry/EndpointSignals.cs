namespace Sira.Kernel.Registry;

/// <summary>What is known against an endpoint, beside what its breaker learns from calls. Several may hold at once.</summary>
[Flags]
public enum EndpointSignals
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It is being drained: calls in flight finish, no new ones begin.</summary>
    Draining = 1,

    /// <summary>Its active health check fails.</summary>
    ProbeFailing = 2,

    /// <summary>The holder of its lease has fallen silent.</summary>
    LeaseLapsed = 4,

    /// <summary>Its active health check calls it degraded: it gets a quarter of its share.</summary>
    ProbeDegraded = 8,
}
