using Sira.Kernel.Collections;

namespace Sira.Kernel.Admission.Fairness;

/// <summary>Those who wait in one line with one priority and share it by one <see cref="FairShare"/>.</summary>
/// <remarks>Changed in the waiting room, and under the lock of the owner, because shares change outside of the room.</remarks>
internal sealed class FairBand(FairShare owner)
{
    private readonly IndexedHeap<FairBandTenant> tenants = new();

    public bool IsEmpty => tenants.Count == 0;

    /// <summary>Gets who goes first: the first of the tenant with the lowest share.</summary>
    public WaitingPlace? Preferred
    {
        get
        {
            lock (owner.Gate)
            {
                return tenants.First?.First;
            }
        }
    }

    public void Add(WaitingPlace place)
    {
        lock (owner.Gate)
        {
            var tenant = place.Entry.Tenant!;
            if (tenant.In(this) is { } known)
            {
                known.Add(place);
                tenants.Moved(known);
                return;
            }

            if (tenant.IsNewcomer)
            {
                tenant.IsNewcomer = false;
                tenant.Account.Lift(tenants.First?.Share ?? owner.Floor);
            }

            var added = new FairBandTenant(this, tenant);
            added.Add(place);
            tenant.Enter(added);
            tenants.Add(added);
        }
    }

    public void Remove(WaitingPlace place)
    {
        lock (owner.Gate)
        {
            var tenant = place.Entry.Tenant!.In(this)!;
            tenant.Remove(place);
            if (tenant.First is not null)
            {
                tenants.Moved(tenant);
                return;
            }

            tenants.Remove(tenant);
            tenant.Tenant.Leave(tenant);
        }
    }

    public void Moved(FairBandTenant tenant)
    {
        tenant.Refresh();
        tenants.Moved(tenant);
    }
}
