using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>Picks at random, in proportion to weight times health.</summary>
internal sealed class WeightedBalancer : ILoadBalancer
{
    public string Name => LoadBalancers.Weighted;

    public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context)
    {
        if (candidates.Length == 1)
        {
            return 0;
        }

        var point = context.Random.NextDouble() * EndpointShares.Total(endpoints, candidates, out var basis);
        var last = 0;
        for (var i = 0; i < candidates.Length; i++)
        {
            var share = EndpointShares.Of(endpoints[candidates[i]], basis);
            if (share <= 0)
            {
                continue;
            }

            last = i;
            point -= share;
            if (point < 0)
            {
                return i;
            }
        }

        // Rounding, or a share that shrank since the sum was made.
        return last;
    }
}
