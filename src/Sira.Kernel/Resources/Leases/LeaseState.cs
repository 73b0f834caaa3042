namespace Sira.Kernel.Resources.Leases;

/// <summary>How a lease stands.</summary>
public enum LeaseState
{
    /// <summary>It is held.</summary>
    Held,

    /// <summary>Its holder has settled or released it.</summary>
    Ended,

    /// <summary>It was not renewed in time, and what it held was taken back.</summary>
    Expired,

    /// <summary>Its holder was asked to give it back for something more important and did not within the grace time, so that it was taken.</summary>
    Preempted,
}
