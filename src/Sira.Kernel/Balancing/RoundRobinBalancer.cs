using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>Picks each candidate in turn, in proportion to weight times health.</summary>
/// <remarks>
/// Stride scheduling (Waldspurger and Weihl, 1995): each endpoint owes its next turn at a virtual time, the earliest is picked, and its next turn is one stride, the inverse of its share, later.
/// Unlike a shared counter it stays fair when each call has other candidates, and under concurrency: a turn is taken by compare-and-swap, so no two callers take the same one.
/// </remarks>
internal sealed class RoundRobinBalancer : ILoadBalancer
{
    public string Name => LoadBalancers.RoundRobin;

    public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context)
    {
        if (candidates.Length == 1)
        {
            return 0;
        }

        _ = EndpointShares.Total(endpoints, candidates, out var basis);
        while (true)
        {
            var picked = Earliest(endpoints, candidates, basis, Floor(endpoints, candidates, basis), out var turn, out var next);
            if (picked < 0)
            {
                // The health of all went while we looked.
                return 0;
            }

            if (endpoints[candidates[picked]].TryTakeTurn(turn, next))
            {
                return picked;
            }
        }
    }

    // Turns of endpoints that take part in every pick are never further apart than the longest stride. Who is further behind was away or is new, and is not given all the turns that it missed.
    private static double Floor(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, ShareBasis basis)
    {
        var latest = 0d;
        var longest = 0d;
        foreach (var candidate in candidates)
        {
            var share = EndpointShares.Of(endpoints[candidate], basis);
            if (share > 0)
            {
                latest = Math.Max(latest, endpoints[candidate].Turn);
                longest = Math.Max(longest, 1 / share);
            }
        }

        return latest - longest;
    }

    private static int Earliest(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, ShareBasis basis, double floor, out double turn, out double next)
    {
        var picked = -1;
        var earliest = 0d;
        (turn, next) = (0, 0);
        for (var i = 0; i < candidates.Length; i++)
        {
            var endpoint = endpoints[candidates[i]];
            var share = EndpointShares.Of(endpoint, basis);
            if (share <= 0)
            {
                continue;
            }

            var owed = endpoint.Turn;
            var due = Math.Max(owed, floor);
            if (picked < 0 || due < earliest || (due == earliest && owed < turn))
            {
                (picked, earliest, turn, next) = (i, due, owed, due + (1 / share));
            }
        }

        return picked;
    }
}
