namespace Sira.Kernel.Resources.Leases;

/// <summary>Why a lease is wanted back.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="WaiterPriority">The priority of who waits for it.</param>
/// <param name="Shortage">What waits: which pool has too little for it.</param>
/// <param name="Grace">How long there is to end the lease.</param>
public sealed record PreemptionNotice(ResourceLease Lease, int WaiterPriority, ResourceRejection Shortage, TimeSpan Grace)
{
    /// <summary>Says who is asked for what and why.</summary>
    /// <returns>A sentence without a full stop.</returns>
    public override string ToString() => $"'{Lease.Holder}' is to give back what it holds within {Grace:c} for work of priority {WaiterPriority}: {Shortage}";
}
