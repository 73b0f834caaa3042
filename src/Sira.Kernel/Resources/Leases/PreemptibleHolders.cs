namespace Sira.Kernel.Resources.Leases;

/// <summary>The leases on one pool that may be wanted back.</summary>
internal sealed class PreemptibleHolders
{
    // The least important first, then who came last.
    private static readonly Comparer<ResourceLease> ByImportance = Comparer<ResourceLease>.Create(static (x, y) =>
        x.Terms!.Priority != y.Terms!.Priority ? x.Terms.Priority.CompareTo(y.Terms.Priority) : y.Number.CompareTo(x.Number));

    private readonly SortedSet<ResourceLease> leases = new(ByImportance);
    private readonly Lock gate = new();

    public void Add(ResourceLease lease)
    {
        lock (gate)
        {
            leases.Add(lease);
        }
    }

    public void Remove(ResourceLease lease)
    {
        lock (gate)
        {
            leases.Remove(lease);
        }
    }

    /// <summary>Adds whom to ask so that an amount comes back, counting those who have been asked already.</summary>
    /// <returns>Whether it would be enough.</returns>
    public bool TryChoose(ResourcePool pool, long missing, int priority, ref List<ResourceLease>? chosen)
    {
        lock (gate)
        {
            foreach (var lease in leases)
            {
                missing -= lease.Notice is not null || chosen?.Contains(lease) == true ? AmountOf(lease, pool) : 0;
            }

            foreach (var lease in leases)
            {
                if (missing <= 0 || lease.Terms!.Priority >= priority)
                {
                    break;
                }

                if (lease.Notice is null && chosen?.Contains(lease) != true)
                {
                    missing -= AmountOf(lease, pool);
                    (chosen ??= []).Add(lease);
                }
            }
        }

        return missing <= 0;
    }

    private static long AmountOf(ResourceLease lease, ResourcePool pool)
    {
        long sum = 0;
        foreach (var (held, amount) in lease.Held)
        {
            sum += ReferenceEquals(held, pool) ? amount : 0;
        }

        return sum;
    }
}
