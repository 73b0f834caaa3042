using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>Picks the first candidate. One in slow start is passed over in as many cases as its health says, so that a primary that comes back is not hit by everything at once.</summary>
internal sealed class OrderedBalancer : ILoadBalancer
{
    public string Name => LoadBalancers.Ordered;

    public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context)
    {
        var first = -1;
        for (var i = 0; i < candidates.Length; i++)
        {
            var endpoint = endpoints[candidates[i]];
            var health = endpoint.HealthFactor;
            if (health <= 0 || endpoint.Weight <= 0)
            {
                continue;
            }

            if (health >= 1 || context.Random.NextDouble() < health)
            {
                return i;
            }

            first = first < 0 ? i : first;
        }

        return Math.Max(first, 0);
    }
}
