namespace Sira.Kernel.Resources;

/// <summary>Reserves from several pools at once: all of them or none.</summary>
public sealed class ResourceScheduler
{
    /// <summary>Reserves every amount or nothing. Nested quotas are several requests: organisation, tenant, user, key.</summary>
    /// <param name="requests">What is asked, outermost quota first.</param>
    /// <param name="reservation">What is then held.</param>
    /// <param name="rejection">Otherwise, which pool refused and why.</param>
    /// <returns>Whether everything was reserved.</returns>
    public bool TryReserve(ReadOnlySpan<ResourceRequest> requests, out Reservation reservation, out ResourceRejection rejection) => throw new InvalidOperationException(requests.Length.ToString());
}
