using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>Picks the candidate that the affinity key hashes to, unless it is busier than 1.25 times its share of the calls in flight: then the next in the key's order. Without a key, picks by <see cref="PowerOfTwoChoicesBalancer"/>.</summary>
/// <remarks>
/// Rendezvous hashing as in <see cref="ConsistentHashBalancer"/>, with the bound of Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing with Bounded Loads" (2016): a candidate takes at most <c>⌈1.25 × (calls + 1) × share⌉</c> calls at once.
/// The bounds add up to more than there are calls, so one candidate always has room. The share is weight times health, so that one in slow start gets its keys back little by little, and one that is broken none.
/// </remarks>
internal sealed class BoundedConsistentHashBalancer : ILoadBalancer
{
    private const double Bound = 1.25;

    private readonly PowerOfTwoChoicesBalancer withoutKey = new();

    public string Name => LoadBalancers.BoundedConsistentHash;

    public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context)
    {
        if (candidates.Length == 1)
        {
            return 0;
        }

        if (context.AffinityKey == 0)
        {
            return withoutKey.Pick(endpoints, candidates, context);
        }

        var calls = 1L;
        foreach (var candidate in candidates)
        {
            calls += Math.Max(0, endpoints[candidate].Load.InFlight);
        }

        var perShare = Bound * calls / EndpointShares.Total(endpoints, candidates, out var basis);
        var (picked, highest) = (0, 0d);
        var (wanted, wish) = (0, 0d);
        for (var i = 0; i < candidates.Length; i++)
        {
            var endpoint = endpoints[candidates[i]];
            var share = EndpointShares.Of(endpoint, basis);
            var score = RendezvousScore.Of(endpoint, share, context.AffinityKey);
            if (score > wish)
            {
                (wanted, wish) = (i, score);
            }

            if (score > highest && endpoint.Load.InFlight < Math.Ceiling(share * perShare))
            {
                (picked, highest) = (i, score);
            }
        }

        // Calls that begin while they are counted may fill all of them; then the key's own candidate is as good as any.
        return highest > 0 ? picked : wanted;
    }
}
