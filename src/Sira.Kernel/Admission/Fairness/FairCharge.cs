using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission.Fairness;

/// <summary>What was booked on a tenant for one reservation, corrected when that ends.</summary>
internal sealed class FairCharge(FairTenant tenant, double weight) : IReservationObserver
{
    public void OnEnded(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> actual) => tenant.Owner.Settle(tenant, held, actual, weight);
}
