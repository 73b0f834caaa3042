using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>Picks the candidate with the fewest calls in flight per weight times health; among equals at random, in proportion to the same.</summary>
internal sealed class LeastLoadedBalancer : ILoadBalancer
{
    public string Name => LoadBalancers.LeastLoaded;

    public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context)
    {
        if (candidates.Length == 1)
        {
            return 0;
        }

        _ = EndpointShares.Total(endpoints, candidates, out var basis);
        var picked = 0;
        var least = double.PositiveInfinity;
        var tied = 0d;
        for (var i = 0; i < candidates.Length; i++)
        {
            var endpoint = endpoints[candidates[i]];
            var share = EndpointShares.Of(endpoint, basis);
            if (share <= 0)
            {
                continue;
            }

            var load = endpoint.Load.InFlight / share;
            if (load < least)
            {
                (picked, least, tied) = (i, load, share);
            }
            else if (load == least)
            {
                // Reservoir sampling: each of the equals ends up picked in proportion to its share, in one pass.
                tied += share;
                picked = context.Random.NextDouble() * tied < share ? i : picked;
            }
        }

        return picked;
    }
}
