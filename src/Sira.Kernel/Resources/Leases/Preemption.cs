namespace Sira.Kernel.Resources.Leases;

/// <summary>Finds whose leases somebody more important needs.</summary>
internal static class Preemption
{
    /// <summary>Chooses who is to give back so that everything fits that is asked for: the least important first, then who came last. Nobody, if that would not be enough.</summary>
    public static List<PreemptionNotice>? Choose(ReadOnlySpan<ResourceRequest> requests, int priority)
    {
        List<ResourceLease>? chosen = null;
        for (var i = 0; i < requests.Length; i++)
        {
            var pool = requests[i].Pool;
            if (Missing(requests, i) is var missing and > 0 && (pool.Preemptible is not { } holders || !holders.TryChoose(pool, missing, priority, ref chosen)))
            {
                return null;
            }
        }

        return chosen is null ? null : Notify(chosen, requests, priority);
    }

    public static void Register(ResourceLease lease)
    {
        foreach (var (pool, amount) in lease.Held)
        {
            if (amount > 0 && pool.ReturnsWhenEnded)
            {
                pool.GetOrAddPreemptible().Add(lease);
            }
        }

        // It ended meanwhile and may have been looked for before it was there.
        if (lease.State != LeaseState.Held)
        {
            Unregister(lease);
        }
        else
        {
            foreach (var (pool, _) in lease.Held)
            {
                pool.SignalRoom();
            }
        }
    }

    public static void Unregister(ResourceLease lease)
    {
        foreach (var (pool, _) in lease.Held)
        {
            pool.Preemptible?.Remove(lease);
        }
    }

    // A pool may be asked more than once; what it lacks in all stands at its first place.
    private static long Missing(ReadOnlySpan<ResourceRequest> requests, int index)
    {
        var pool = requests[index].Pool;
        long missing = -pool.Available;
        for (var i = 0; i < requests.Length; i++)
        {
            if (ReferenceEquals(requests[i].Pool, pool))
            {
                if (i < index)
                {
                    return 0;
                }

                missing += requests[i].Amount;
            }
        }

        return missing;
    }

    private static List<PreemptionNotice> Notify(List<ResourceLease> chosen, ReadOnlySpan<ResourceRequest> requests, int priority)
    {
        var notices = new List<PreemptionNotice>(chosen.Count);
        foreach (var lease in chosen)
        {
            var notice = new PreemptionNotice(lease, priority, ShortageOf(lease, requests), lease.Terms!.Grace);
            if (lease.TryWant(notice))
            {
                notices.Add(notice);
            }
        }

        return notices;
    }

    private static ResourceRejection ShortageOf(ResourceLease lease, ReadOnlySpan<ResourceRequest> requests)
    {
        foreach (var (pool, amount) in requests)
        {
            foreach (var (held, _) in lease.Held)
            {
                if (ReferenceEquals(held, pool))
                {
                    return new ResourceRejection(pool, amount, pool.Used, null);
                }
            }
        }

        return default;
    }
}
