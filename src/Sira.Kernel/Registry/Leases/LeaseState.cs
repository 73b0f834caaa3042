namespace Sira.Kernel.Registry.Leases;

/// <summary>The states of a lease.</summary>
public enum LeaseState
{
    /// <summary>Renewed in time; the endpoint is in service.</summary>
    Active,

    /// <summary>Not renewed in time; the endpoint gets no calls until it is renewed or removed.</summary>
    Lapsed,

    /// <summary>Over: given back, not renewed for too long, taken over by another holder, or its endpoint was drained.</summary>
    Ended,
}
