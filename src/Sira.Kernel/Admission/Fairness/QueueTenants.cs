using Sira.Kernel.Collections;

namespace Sira.Kernel.Admission.Fairness;

/// <summary>How those who wait in one queue divide among tenants, so that one who floods it makes room for the others rather than keep them out.</summary>
/// <remarks>Changed in the waiting room only.</remarks>
internal sealed class QueueTenants
{
    private readonly Dictionary<FairTenant, QueueTenant> tenants = [];
    private readonly IndexedHeap<QueueTenant> crowded = new();

    public void Add(WaitingEntry entry)
    {
        if (tenants.TryGetValue(entry.Tenant!, out var tenant))
        {
            tenant.Add(entry);
            crowded.Moved(tenant);
            return;
        }

        tenant = new QueueTenant(entry.Tenant!);
        tenant.Add(entry);
        tenants.Add(entry.Tenant!, tenant);
        crowded.Add(tenant);
    }

    public void Remove(WaitingEntry entry)
    {
        var tenant = tenants[entry.Tenant!];
        tenant.Remove(entry);
        if (tenant.Count > 0)
        {
            crowded.Moved(tenant);
            return;
        }

        crowded.Remove(tenant);
        tenants.Remove(entry.Tenant!);
    }

    /// <summary>Returns who of the tenant that has most in the queue makes way for a newcomer of another that would still have less.</summary>
    public WaitingEntry? MakesWayFor(WaitingEntry newcomer)
    {
        var most = crowded.First!;
        var own = tenants.TryGetValue(newcomer.Tenant!, out var known) ? known.Crowding(1) : 1 / newcomer.Tenant!.Account.Weight;
        return most.Crowding(0) > own ? most.Last(newcomer.Priority) : null;
    }
}
